"""Who may use which route. A route that is not in this table fails the build."""

from enum import StrEnum


class Who(StrEnum):
    EVERYBODY = "everybody"  #: needs no token, or brings a proof of its own in the body or the cookie
    SIGNED_IN = "signed in"  #: acts on nobody but who asks
    OWNER = "owner"  #: a person who may see the object in the path; staff sees all
    STAFF = "staff"  #: operators and administrators
    ADMINISTRATOR = "administrator"
    SERVICE = "service"  #: other services of the installation
    SENDER = "sender"  #: a device or a gateway with its credential
    BROKER = "broker"  #: RabbitMQ, which has a key of its own in the path
    TICKET = "ticket"  #: a socket: whoever brings the one-time ticket that a person who is signed in has got


_ROUTES = {
    Who.EVERYBODY: """
        GET /livez
        GET /readyz
        GET /metrics
        GET /api/docs
        GET /api/docs/start.js
        GET /api/openapi.json
        GET /api/auth/.well-known/jwks.json
        POST /api/auth/sign-in
        POST /api/auth/refresh
        POST /api/auth/sign-out
        POST /api/auth/token
        POST /api/auth/password-reset
        POST /api/auth/links/inspect
        POST /api/auth/links/redeem
        POST /internal/auth/service-token
    """,
    Who.SIGNED_IN: """
        POST /api/auth/sign-out-everywhere
        GET /api/auth/sessions
        POST /api/auth/password
        GET /api/auth/second-factor
        POST /api/auth/second-factor
        POST /api/auth/second-factor/confirm
        POST /api/auth/second-factor/recovery-codes
        POST /api/auth/second-factor/remove
        GET /api/auth/api-keys
        POST /api/auth/api-keys
        GET /api/users/me
        PATCH /api/users/me
        GET /api/users/me/export
        GET /api/devices/mine
        GET /api/sites/mine
        GET /api/usage/mine
        GET /api/usage/mine/projection
        GET /api/usage/mine/week
        GET /api/tariffs/mine
        GET /api/alerts
        GET /api/notifications
        POST /api/notifications/read
        GET /api/notifications/preferences
        PUT /api/notifications/preferences
        GET /api/notifications/webhook
        PUT /api/notifications/webhook
        DELETE /api/notifications/webhook
        POST /api/realtime/tickets
        GET /api/support/conversations/mine
        POST /api/support/conversations
        GET /api/support/messages
        GET /api/support/business-hours
    """,
    Who.OWNER: """
        DELETE /api/auth/sessions/{session_id}
        DELETE /api/auth/api-keys/{key_id}
        GET /api/devices/{device_id}
        GET /api/sites/{site_id}
        GET /api/usage/devices/{device_id}
        GET /api/usage/sites/{site_id}
        GET /api/usage/devices/{device_id}/projection
        GET /api/usage/devices/{device_id}/week
        GET /api/usage/sites/{site_id}/projection
        GET /api/usage/sites/{site_id}/week
        GET /api/tariffs/devices/{device_id}
        GET /api/tariffs/sites/{site_id}
        GET /api/readings/{device_id}
        GET /api/readings/{device_id}/latest
        GET /api/readings/{device_id}/power
        POST /api/notifications/{notification_id}/read
        GET /api/alerts/{alert_id}
        POST /api/alerts/{alert_id}/acknowledge
        POST /api/alerts/{alert_id}/snooze
        POST /api/alerts/{alert_id}/clear
        GET /api/alert-rules/devices/{device_id}
        PUT /api/alert-rules/devices/{device_id}
        DELETE /api/alert-rules/devices/{device_id}/{kind}
        POST /api/alert-rules/devices/{device_id}/preview
        GET /api/support/conversations/{conversation_id}
        POST /api/support/conversations/{conversation_id}/hand-over
        POST /api/support/conversations/{conversation_id}/leave-queue
        POST /api/support/conversations/{conversation_id}/marks
        POST /api/support/conversations/{conversation_id}/rating
        GET /api/support/conversations/{conversation_id}/messages
        POST /api/support/conversations/{conversation_id}/messages
        POST /api/support/conversations/{conversation_id}/messages/{sequence}/vote
        POST /api/support/conversations/{conversation_id}/stop
        POST /api/support/conversations/{conversation_id}/attachments
        GET /api/support/conversations/{conversation_id}/attachments/{attachment_id}
        GET /api/support/conversations/{conversation_id}/transcript
    """,
    Who.STAFF: """
        GET /api/auth/accounts/{user_id}
        GET /api/auth/accounts/{user_id}/sessions
        GET /api/auth/signing-keys
        GET /api/users
        GET /api/users/{user_id}
        GET /api/audit
        GET /api/audit.csv
        GET /api/system/health
        GET /api/devices
        GET /api/devices/export
        GET /api/devices/{device_id}/assignments
        GET /api/devices/{device_id}/credentials
        GET /api/gateways
        GET /api/gateways/{gateway_id}
        GET /api/gateways/{gateway_id}/credentials
        GET /api/sites
        GET /api/sites/{site_id}/assignments
        GET /api/imports
        GET /api/imports/{import_id}
        GET /api/imports/{import_id}/refused.csv
        GET /api/balancer/partitions
        GET /api/balancer/ring
        GET /api/balancer/partitions/of/{device_id}
        GET /api/monitoring/leases
        GET /api/monitoring/tally
        GET /api/rejected-readings
        GET /api/corrections
        GET /api/completeness
        GET /api/notifications/deliveries
        GET /api/tariffs
        GET /api/tariffs/{tariff_id}
        GET /api/tariff-assignments
        GET /api/alert-rules
        GET /api/support/conversations
        GET /api/support/conversations.csv
        GET /api/support/conversations/{conversation_id}/decisions
        GET /api/support/queue
        GET /api/support/labels
        GET /api/support/canned-replies
        GET /api/support/figures
        GET /api/support/model
        GET /api/support/unanswered
        GET /api/support/knowledge
        GET /api/support/knowledge/versions
        GET /api/support/knowledge/versions/{number}
    """,
    Who.ADMINISTRATOR: """
        POST /api/auth/accounts/{user_id}/link
        DELETE /api/auth/accounts/{user_id}/sessions
        DELETE /api/auth/accounts/{user_id}/sessions/{session_id}
        DELETE /api/auth/accounts/{user_id}/second-factor
        DELETE /api/auth/accounts/{user_id}/api-keys/{key_id}
        POST /api/auth/signing-keys
        POST /api/users
        PATCH /api/users/{user_id}
        DELETE /api/users/{user_id}
        POST /api/users/{user_id}/deactivate
        POST /api/users/{user_id}/reactivate
        GET /api/users/{user_id}/export
        GET /api/system/dead-letters
        POST /api/system/dead-letters/{queue}/{letter_id}/replay
        DELETE /api/system/dead-letters/{queue}/{letter_id}
        POST /api/devices
        POST /api/devices/import
        POST /api/devices/users/rebuild
        PATCH /api/devices/{device_id}
        DELETE /api/devices/{device_id}
        POST /api/devices/{device_id}/assignments
        DELETE /api/devices/{device_id}/assignments/{user_id}
        POST /api/devices/{device_id}/credentials
        POST /api/devices/{device_id}/credentials/rotate
        DELETE /api/devices/{device_id}/credentials/{credential_id}
        POST /api/gateways
        PATCH /api/gateways/{gateway_id}
        DELETE /api/gateways/{gateway_id}
        POST /api/gateways/{gateway_id}/credentials
        POST /api/gateways/{gateway_id}/credentials/rotate
        DELETE /api/gateways/{gateway_id}/credentials/{credential_id}
        POST /api/sites
        PATCH /api/sites/{site_id}
        DELETE /api/sites/{site_id}
        POST /api/sites/{site_id}/assignments
        DELETE /api/sites/{site_id}/assignments/{user_id}
        POST /api/imports
        POST /api/imports/{import_id}/cancel
        POST /api/balancer/devices/rebuild
        POST /api/monitoring/devices/rebuild
        POST /api/rejected-readings/{rejected_id}/replay
        POST /api/corrections
        POST /api/corrections/{correction_id}/undo
        POST /api/tariffs
        POST /api/notifications/deliveries/{delivery_id}/retry
        PUT /api/tariffs/{tariff_id}
        DELETE /api/tariffs/{tariff_id}
        POST /api/tariff-assignments
        DELETE /api/tariff-assignments/{assignment_id}
        PUT /api/alert-rules
        DELETE /api/alert-rules/{kind}
        POST /api/support/conversations/{conversation_id}/claim
        POST /api/support/conversations/{conversation_id}/transfer
        POST /api/support/conversations/{conversation_id}/release
        POST /api/support/conversations/{conversation_id}/resolve
        POST /api/support/conversations/{conversation_id}/notes
        PUT /api/support/conversations/{conversation_id}/labels
        POST /api/support/canned-replies
        PUT /api/support/canned-replies/{reply_id}
        DELETE /api/support/canned-replies/{reply_id}
        POST /api/support/canned-replies/{reply_id}/fill
        PUT /api/support/business-hours
        PUT /api/support/model
        PUT /api/support/knowledge
        POST /api/support/knowledge/check
        POST /api/support/knowledge/try
        POST /api/support/knowledge/versions/{number}/restore
    """,
    Who.SERVICE: """
        GET /internal/auth/audit
        GET /internal/auth/health
        GET /internal/users/health
        GET /internal/devices/health
        GET /internal/balancer/health
        GET /internal/monitoring/health
        GET /internal/realtime/health
        GET /internal/support/health
        GET /internal/auth/personal-data/{user_id}
        GET /internal/users
        GET /internal/users/{user_id}
        GET /internal/users/audit
        GET /internal/users/personal-data/{user_id}
        GET /internal/devices
        GET /internal/devices/named
        GET /internal/devices/audit
        GET /internal/devices/personal-data/{user_id}
        GET /internal/credentials
        GET /internal/leases
        GET /internal/monitoring/rejected-of-import/{import_id}
        GET /internal/monitoring/audit
        GET /internal/monitoring/personal-data/{user_id}
        GET /internal/balancer/audit
        GET /internal/balancer/personal-data/{user_id}
        GET /internal/devices/of/{user_id}
        GET /internal/monitoring/of/{user_id}/usage
        GET /internal/monitoring/of/{user_id}/usage/{device_id}
        GET /internal/monitoring/of/{user_id}/projection
        GET /internal/monitoring/of/{user_id}/power/{device_id}
        GET /internal/monitoring/of/{user_id}/alerts
        GET /internal/monitoring/of/{user_id}/tariffs
        GET /internal/realtime/personal-data/{user_id}
        GET /internal/support/audit
        GET /internal/support/personal-data/{user_id}
        POST /internal/balancer/replay
    """,
    Who.SENDER: """
        POST /api/ingest
    """,
    Who.BROKER: """
        POST /internal/broker-auth/{key}/user
        POST /internal/broker-auth/{key}/vhost
        POST /internal/broker-auth/{key}/resource
        POST /internal/broker-auth/{key}/topic
    """,
    Who.TICKET: """
        SOCKET /api/realtime
    """,
}

TABLE = {line.strip(): who for who, lines in _ROUTES.items() for line in lines.split("\n") if line.strip()}

#: One of each service, for clients.
ONE_OF_EACH = {
    "auth": "GET /api/auth/sessions",
    "users": "GET /api/users/me",
    "devices": "GET /api/devices/mine",
    "monitoring": "GET /api/alerts",
    "realtime": "POST /api/realtime/tickets",
    "support": "GET /api/support/conversations/mine",
}
#: The balancer has none for them; it has one for senders, who bring a credential and no token.
EVERY_SERVICE = ONE_OF_EACH | {"balancer": "GET /api/balancer/partitions", "ingest": "POST /api/ingest"}


def routes_for(*whos: Who) -> list[str]:
    return [route for route, who in TABLE.items() if who in whos]

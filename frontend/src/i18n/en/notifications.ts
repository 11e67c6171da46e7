export const notifications = {
  "notifications.title": "Notifications",
  "notifications.unread_one": "{{count}} unread",
  "notifications.unread_other": "{{count}} unread",
  "notifications.isUnread": "Unread:",
  "notifications.show": "Show",
  "notifications.onlyUnread": "Unread",
  "notifications.readAll": "Mark all as read",
  "notifications.none": "No notifications yet",
  "notifications.noneUnread": "Nothing is unread",
  "notifications.noneText": "Alerts of your devices are kept here for 90 days. In your profile you choose which.",
  "notifications.settings": "Choose what you are told",
  "notifications.more": "Show more",
} as const;

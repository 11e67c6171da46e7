export const rejected = {
  "rejected.title": "Rejected readings",
  "rejected.none": "Nothing was rejected",
  "rejected.noneText": "Readings that cannot be accepted are put aside here, never thrown away.",
  "rejected.reason": "Reason",
  "rejected.device": "Device",
  "rejected.at": "When",
  "rejected.raw": "As it came",
  "rejected.replay": "Send again",
  "rejected.replayed": "sent again {{time}}",
  "rejected.accepted": "Accepted this time",
  "rejected.refused": "Rejected again: {{reason}}",
  "rejected.more": "Show older ones",
} as const;

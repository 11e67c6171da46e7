import type { notifications as english } from "../en/notifications";
import type { Translated } from "../translated";

export const notifications: Translated<typeof english> = {
  "notifications.title": "Notificări",
  "notifications.unread_one": "{{count}} necitită",
  "notifications.unread_few": "{{count}} necitite",
  "notifications.unread_other": "{{count}} de necitite",
  "notifications.isUnread": "Necitită:",
  "notifications.show": "Arată",
  "notifications.onlyUnread": "Necitite",
  "notifications.readAll": "Marchează tot ca citit",
  "notifications.none": "Nicio notificare încă",
  "notifications.noneUnread": "Nimic necitit",
  "notifications.noneText": "Alertele dispozitivelor tale se păstrează aici 90 de zile. În profil alegi care.",
  "notifications.settings": "Alege ce ți se comunică",
  "notifications.more": "Arată mai multe",
};

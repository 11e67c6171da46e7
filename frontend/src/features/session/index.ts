export { ForgotPasswordPage } from "./forgot-password-page";
export { SetPasswordPage } from "./set-password-page";
export { SignInPage } from "./sign-in-page";

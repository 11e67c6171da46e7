export const RejectedPage = () => null;

export const RingPage = () => null;

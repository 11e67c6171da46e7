/** `ratings`: how many gave 1, 2, … 5. null: nobody gave any. */
export function meanOf(ratings: readonly number[]): number | null {
  const given = ratings.reduce((sum, count) => sum + count, 0);
  if (given === 0) return null;
  return ratings.reduce((sum, count, index) => sum + count * (index + 1), 0) / given;
}

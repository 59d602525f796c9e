namespace Quittance.Core.Settlements;

/// <summary>Finds lines of a file that earlier files may tell in other words.</summary>
public static class OtherWords
{
    /// <summary>
    /// Gives each line the earlier one that it may be, by its place; null for a line that no earlier one can be. An earlier line is one
    /// line: it holds the likest of the lines, and the others that are as like it in words of their own.
    /// </summary>
    /// <param name="lines">The lines of the new file.</param>
    /// <param name="earlier">The lines of earlier files.</param>
    /// <param name="mayBe">What else tells an earlier line (second place) from a new one (first place).</param>
    public static int?[] Find(IReadOnlyList<ToldLine> lines, IReadOnlyList<ToldLine> earlier, Func<int, int, bool> mayBe)
    {
        var found = new int?[lines.Count];
        var booked = lines.Index().ToLookup(line => (line.Item.AmountMinor, line.Item.BookedOn), line => line.Index);
        var effective = lines.Index().ToLookup(line => (line.Item.AmountMinor, line.Item.EffectiveOn), line => line.Index);
        List<(int Earlier, int Line, int Likeness)> held = [];
        foreach (var (at, one) in earlier.Index())
        {
            if (FreeOf(at).Aggregate(((int Line, int Likeness)?)null, Likest) is not var (line, likeness))
                continue;
            found[line] = at;
            held.Add((at, line, likeness));
        }

        foreach (var (at, line, likeness) in held)
        {
            foreach (var free in FreeOf(at).Where(free => free.Likeness == likeness && !lines[free.Line].HasWordsOf(lines[line])).ToList())
                found[free.Line] = at;
        }

        return found;

        static (int Line, int Likeness)? Likest((int Line, int Likeness)? most, (int Line, int Likeness) free) =>
            most is { } one && one.Likeness >= free.Likeness ? most : free;

        IEnumerable<(int Line, int Likeness)> FreeOf(int at)
        {
            var one = earlier[at];
            return booked[(one.AmountMinor, one.BookedOn)].Union(effective[(one.AmountMinor, one.EffectiveOn)])
                .Where(line => found[line] is null && lines[line].MayBe(one) && mayBe(line, at))
                .Select(line => (line, lines[line].LikenessTo(one)));
        }
    }
}

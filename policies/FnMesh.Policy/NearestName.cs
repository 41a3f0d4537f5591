namespace FnMesh.Policy;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    private const int Longest = 64;

    /// <summary><c>; did you mean 'weight'?</c>, or nothing when no candidate is near.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Among(name, candidates) is { } near ? $"; did you mean {Quoted.Text(near)}?" : "";

    /// <summary>The nearest candidate by edits (case costs nothing), the ordinally first of equals; null when all are far.</summary>
    public static string? Among(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > Longest) return null;
        string? nearest = null;
        var least = Math.Clamp(name.Length / 3, 1, 3) + 1;
        foreach (var candidate in candidates.Order(StringComparer.Ordinal))
        {
            if (candidate.Length > Longest || Math.Abs(candidate.Length - name.Length) >= least) continue;
            var edits = Edits(name, candidate);
            if (edits >= least) continue;
            least = edits;
            nearest = candidate;
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one name into the other.</summary>
    private static int Edits(string from, string to)
    {
        Span<int> beforeLast = stackalloc int[Longest + 1];
        Span<int> last = stackalloc int[Longest + 1];
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= to.Length; j++) last[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = last[j - 1] + (Same(from[i - 1], to[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(from[i - 1], to[j - 2]) && Same(from[i - 2], to[j - 1]))
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            var free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }

        return last[to.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}

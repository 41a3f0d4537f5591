namespace FnMesh.Gateway.Authorization;

/// <summary>
/// Finds which of many texts a value begins with, or ends with. All that it begins with stand on one line from the text that comes last before it in
/// order, each a part of the one before: a search costs the logarithm of their number and the length of that line.
/// </summary>
internal sealed class AffixTable<T>
{
    private readonly string[] _texts;
    private readonly T[] _values;
    private readonly int[] _within;
    private readonly bool _fromEnd;

    /// <param name="entries">No text twice.</param>
    /// <param name="fromEnd">Whether values end with them.</param>
    public AffixTable(IEnumerable<KeyValuePair<string, T>> entries, bool fromEnd)
    {
        _fromEnd = fromEnd;
        var sorted = entries.ToArray();
        Array.Sort(sorted, (left, right) => Compare(left.Key, right.Key));
        (_texts, _values) = ([.. sorted.Select(entry => entry.Key)], [.. sorted.Select(entry => entry.Value)]);
        _within = new int[_texts.Length];
        for (var at = 0; at < _texts.Length; at++)
        {
            var within = at - 1;
            while (within >= 0 && !IsAffix(_texts[within], _texts[at])) within = _within[within];
            _within[at] = within;
        }
    }

    /// <summary>The place of the longest text that the value begins with, or ends with; -1 for none.</summary>
    public int First(ReadOnlySpan<char> value)
    {
        var (low, high) = (0, _texts.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Compare(_texts[middle], value) <= 0) low = middle + 1;
            else high = middle;
        }

        var at = low - 1;
        while (at >= 0 && !IsAffix(_texts[at], value)) at = _within[at];
        return at;
    }

    /// <summary>The next shorter one; -1 for none.</summary>
    public int Next(int place) => _within[place];

    public T this[int place] => _values[place];

    private bool IsAffix(ReadOnlySpan<char> text, ReadOnlySpan<char> value) => _fromEnd ? value.EndsWith(text, StringComparison.Ordinal) : value.StartsWith(text, StringComparison.Ordinal);

    private int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (!_fromEnd) return left.SequenceCompareTo(right);
        var most = Math.Min(left.Length, right.Length);
        for (var at = 1; at <= most; at++)
        {
            var order = left[^at].CompareTo(right[^at]);
            if (order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }
}

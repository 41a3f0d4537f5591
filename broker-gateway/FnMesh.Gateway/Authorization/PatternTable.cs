using System.Collections.Frozen;

namespace FnMesh.Gateway.Authorization;

/// <summary>Finds what belongs to those of many patterns that match a value; what they cost does not grow with those that do not.</summary>
internal sealed class PatternTable<T>
{
    private readonly FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly AffixTable<T> _beginnings;
    private readonly AffixTable<T> _ends;

    /// <param name="entries">No pattern twice; none of them <c>*</c> alone.</param>
    public PatternTable(IReadOnlyCollection<KeyValuePair<string, T>> entries)
    {
        _exact = entries.Where(entry => !entry.Key.Contains('*', StringComparison.Ordinal)).ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _beginnings = new(entries.Where(entry => entry.Key.EndsWith('*')).Select(entry => KeyValuePair.Create(entry.Key[..^1], entry.Value)), fromEnd: false);
        _ends = new(entries.Where(entry => entry.Key.StartsWith('*')).Select(entry => KeyValuePair.Create(entry.Key[1..], entry.Value)), fromEnd: true);
    }

    public Matches Of(ReadOnlySpan<char> value) => new(this, value);

    /// <summary>What belongs to the patterns that match, one after the other.</summary>
    public ref struct Matches(PatternTable<T> table, ReadOnlySpan<char> value)
    {
        private readonly ReadOnlySpan<char> _value = value;
        private Step _step = Step.Exact;
        private int _at = -1;

        public readonly Matches GetEnumerator() => this;

        public T Current { get; private set; } = default!;

        public bool MoveNext()
        {
            if (_step == Step.Exact)
            {
                _step = Step.Beginnings;
                _at = table._beginnings.First(_value);
                if (table._exact.TryGetValue(_value, out var exact))
                {
                    Current = exact;
                    return true;
                }
            }

            if (_step == Step.Beginnings)
            {
                if (Take(table._beginnings)) return true;
                _step = Step.Ends;
                _at = table._ends.First(_value);
            }

            return Take(table._ends);
        }

        private bool Take(AffixTable<T> affixes)
        {
            if (_at < 0) return false;
            Current = affixes[_at];
            _at = affixes.Next(_at);
            return true;
        }
    }

    private enum Step : byte
    {
        Exact,
        Beginnings,
        Ends,
    }
}

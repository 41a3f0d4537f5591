using FnMesh.Policy.Cesql.Nodes;

namespace FnMesh.Policy.Cesql;

/// <summary>
/// A pattern of LIKE (CESQL 1.0, 3.4.3): <c>%</c> stands for any characters, <c>_</c> for one code point, and <c>\</c> before them takes their meaning.
/// Matching takes one step for each character of the text and 64 of the pattern, whatever they are: it keeps the set of all places of the pattern
/// at which the text read so far may stand, a bit for each.
/// </summary>
public sealed class LikePattern
{
    private const int Word = 64;

    private readonly Dictionary<int, ulong[]> _accepting = [];
    private readonly ulong[] _any;
    private readonly ulong[] _stay;
    private readonly int _length;
    private readonly string _plain;
    private readonly Form _form;

    public LikePattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var (places, plain) = (new List<int>(), new System.Text.StringBuilder());
        List<int> stays = [];
        for (var at = 0; at < pattern.Length;)
        {
            var isEscaped = pattern[at] == '\\' && at + 1 < pattern.Length && pattern[at + 1] is '%' or '_';
            var code = CodePoints.At(pattern, isEscaped ? at + 1 : at, out var next);
            if (!isEscaped && code == '%')
            {
                stays.Add(places.Count);
            }
            else
            {
                places.Add(!isEscaped && code == '_' ? -1 : code);
                plain.Append(pattern, isEscaped ? at + 1 : at, next - (isEscaped ? at + 1 : at));
            }

            at = next;
        }

        _length = places.Count;
        _plain = plain.ToString();
        var words = (_length / Word) + 1;
        (_any, _stay) = (new ulong[words], new ulong[words]);
        foreach (var stay in stays) _stay[stay / Word] |= 1UL << stay;
        for (var place = 0; place < _length; place++)
        {
            if (places[place] < 0) _any[place / Word] |= 1UL << place;
            else if (!_accepting.ContainsKey(places[place])) _accepting.Add(places[place], new ulong[words]);
        }

        foreach (var (code, accepting) in _accepting)
        {
            for (var place = 0; place < _length; place++)
            {
                if (places[place] == code || places[place] < 0) accepting[place / Word] |= 1UL << place;
            }
        }

        _form = places.Contains(-1) ? Form.Free
            : stays.Count == 0 ? Form.Whole
            : stays.TrueForAll(stay => stay == _length) ? Form.Beginning
            : stays.TrueForAll(static stay => stay == 0) ? Form.Ending
            : Form.Free;
    }

    private enum Form
    {
        Whole,
        Beginning,
        Ending,
        Free,
    }

    /// <summary>Steps that matching takes at most.</summary>
    public long CostOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (long)text.Length * _any.Length;
    }

    public bool Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _form switch
        {
            Form.Whole => text == _plain,
            Form.Beginning => text.StartsWith(_plain, StringComparison.Ordinal),
            Form.Ending => text.EndsWith(_plain, StringComparison.Ordinal),
            _ => _any.Length == 1 ? MatchesShort(text) : MatchesLong(text),
        };
    }

    private bool MatchesShort(string text)
    {
        var (at, stay) = (1UL, _stay[0]);
        for (var index = 0; index < text.Length && at != 0;)
        {
            var code = CodePoints.At(text, index, out index);
            var accepting = _accepting.TryGetValue(code, out var known) ? known[0] : _any[0];
            at = ((at & accepting) << 1) | (at & stay);
        }

        return (at & (1UL << _length)) != 0;
    }

    private bool MatchesLong(string text)
    {
        var at = new ulong[_any.Length];
        at[0] = 1;
        for (var index = 0; index < text.Length;)
        {
            var code = CodePoints.At(text, index, out index);
            var accepting = _accepting.GetValueOrDefault(code, _any);
            var carried = 0UL;
            for (var word = 0; word < at.Length; word++)
            {
                var moving = at[word] & accepting[word];
                at[word] = (moving << 1) | carried | (at[word] & _stay[word]);
                carried = moving >> (Word - 1);
            }
        }

        return (at[_length / Word] & (1UL << _length)) != 0;
    }
}

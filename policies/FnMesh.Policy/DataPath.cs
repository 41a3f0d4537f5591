using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FnMesh.Policy;

/// <summary>A place in the JSON of an event's data: the part of JSONPath (RFC 9535) that has members, items and <c>[*]</c>, such as <c>$.order.lines[*].sku</c>.</summary>
public sealed class DataPath
{
    public const int MaxLength = 256;
    public const int MaxSteps = 16;

    private readonly string _text;
    private int _at = 1;

    private DataPath(string text) => _text = text;

    /// <summary>From the whole data on.</summary>
    public ImmutableArray<DataStep> Steps { get; private set; } = [];

    /// <exception cref="FormatException">It is no path, as <see cref="Fault"/> tells.</exception>
    public static DataPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var path = new DataPath(text);
        return path.Read() is { } fault ? throw new FormatException($"'{text}' {fault}") : path;
    }

    /// <summary>What is wrong with a path, as the end of a sentence that begins with it; null when nothing is.</summary>
    public static string? Fault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new DataPath(text).Read();
    }

    private string? Read()
    {
        if (_text.Length > MaxLength) return $"is longer than {MaxLength} characters";
        if (!_text.StartsWith('$')) return "must begin with '$', which is the data, such as $.order.total";
        var steps = ImmutableArray.CreateBuilder<DataStep>();
        while (_at < _text.Length)
        {
            if (steps.Count == MaxSteps) return $"has more than {MaxSteps} steps";
            if (Step() is not { } step) return $"cannot be read at character {_at + 1}; steps are .name, ['name'], [0] and [*]";
            steps.Add(step);
        }

        Steps = steps.ToImmutable();
        return null;
    }

    private DataStep? Step() => _text[_at++] switch
    {
        '.' => Word() is { Length: > 0 } name ? new DataStep(name, null) : null,
        '[' => Bracketed() is { } step && Take(']') ? step : null,
        _ => Back(),
    };

    private DataStep? Bracketed()
    {
        if (Take('*')) return new DataStep(null, null);
        if (_at < _text.Length && _text[_at] is '\'' or '"') return Quoted(_text[_at++]) is { } name ? new DataStep(name, null) : null;
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        var digits = _text.AsSpan(start, _at - start);
        return digits is "0" || (!digits.IsEmpty && digits[0] != '0') ? int.TryParse(digits, CultureInfo.InvariantCulture, out var item) ? new DataStep(null, item) : null : null;
    }

    private DataStep? Back()
    {
        _at--;
        return null;
    }

    /// <summary>A letter or '_', then digits too; beyond ASCII everything is a letter.</summary>
    private string Word()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] is '_' or >= '\u0080' || (_at > start && char.IsAsciiDigit(_text[_at])))) _at++;
        return _text[start.._at];
    }

    private string? Quoted(char quote)
    {
        var name = new StringBuilder();
        for (; _at < _text.Length && _text[_at] != quote; _at++)
        {
            if (_text[_at] == '\\' && (++_at == _text.Length || _text[_at] is not ('\\' or '\'' or '"'))) return null;
            name.Append(_text[_at]);
        }

        return Take(quote) ? name.ToString() : null;
    }

    private bool Take(char c)
    {
        if (_at == _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }
}

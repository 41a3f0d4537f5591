using System.Globalization;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Reading;

/// <summary>Reads where in the log a new Subscription begins: a word, or a map that names an offset or a time.</summary>
internal static class StartReader
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Written<StartEntry>? Read(FieldReader config)
    {
        var start = config.Node("start") switch
        {
            null => null,
            Schemas.Shape shape => Both(shape, config.Diagnostics),
            YamlMap map => Place(map, config.Diagnostics),
            var word => Word(word, config.Diagnostics),
        };
        config.Close();
        return start;
    }

    private static Written<StartEntry>? Both(YamlNode node, DiagnosticBag diagnostics)
    {
        Place(node, diagnostics);
        return Word(node, diagnostics);
    }

    private static Written<StartEntry>? Word(YamlNode node, DiagnosticBag diagnostics) =>
        ValueReader.Choice(node, "start", ["earliest", "latest"], [], diagnostics) is { } word
            ? new(new StartEntry { IsEarliest = word.Value == "earliest" ? true : null }, word.Origin)
            : null;

    private static Written<StartEntry>? Place(YamlNode node, DiagnosticBag diagnostics)
    {
        if (FieldReader.Open(node, "start", diagnostics) is not { } place) return null;
        var offset = place.Long("offset", 1, (1L << 40) - 1);
        var time = place.Text("time") is { } text ? Time(text, diagnostics) : null;
        place.Close();
        place.ExactlyOne("offset", "time");
        if (place.Has("offset") == place.Has("time"))
            diagnostics.Error(DiagnosticCodes.ExclusiveFields, node.Origin, "'start' is earliest, latest, or a map with either 'offset' or 'time'");
        return offset is null && time is null ? null : new(new StartEntry { Offset = offset?.Value, Time = time }, node.Origin);
    }

    private static DateTimeOffset? Time(Written<string> text, DiagnosticBag diagnostics)
    {
        var hasOffset = text.Value.Length is > 19 and < 40 && (text.Value[^1] == 'Z' || text.Value[^6] is '+' or '-');
        if (hasOffset && DateTimeOffset.TryParseExact(text.Value, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time.ToUniversalTime();
        diagnostics.Error(DiagnosticCodes.InvalidValue, text.Origin, $"field 'time' must be a date and time with an offset, such as 2026-01-31T12:00:00Z, not {Quoted.Text(text.Value)}");
        return null;
    }
}

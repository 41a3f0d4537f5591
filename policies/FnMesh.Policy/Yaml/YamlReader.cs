using System.Collections.Immutable;
using System.Text;
using FnMesh.Policy.Snapshots;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FnMesh.Policy.Yaml;

/// <summary>Turns one file into documents with positions, and refuses what is costly, ambiguous or hidden.</summary>
internal sealed class YamlReader
{
    private readonly string _file;
    private readonly string _text;
    private readonly DiagnosticBag _diagnostics;
    private readonly Parser _parser;
    private readonly Stack<(char Bracket, Mark? Start)> _open = new();
    private int _nodes;
    private long _end;
    private bool _stopped;

    private YamlReader(string file, string text, DiagnosticBag diagnostics)
    {
        _file = file;
        _text = text;
        _diagnostics = diagnostics;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The documents that could be read whole; every fault is a diagnostic.</summary>
    public static ImmutableArray<YamlDocument> Read(PolicySource source, DiagnosticBag diagnostics)
    {
        var start = new Origin(source.Path, 1, 1);
        if (source.Text.Length > YamlBounds.Bytes || Encoding.UTF8.GetByteCount(source.Text) > YamlBounds.Bytes)
        {
            diagnostics.Error(DiagnosticCodes.TooLarge, start, "the file is larger than 1 MiB; split it");
            return [];
        }

        var text = source.Text.StartsWith('\uFEFF') ? source.Text[1..] : source.Text;
        if (YamlText.FirstFault(source.Path, text) is { } fault)
        {
            diagnostics.Error(DiagnosticCodes.InvalidText, fault.Origin, fault.What);
            return [];
        }

        return new YamlReader(source.Path, text, diagnostics).ReadStream();
    }

    private ImmutableArray<YamlDocument> ReadStream()
    {
        var documents = ImmutableArray.CreateBuilder<YamlDocument>();
        try
        {
            Next();
            while (!_stopped && _parser.Current is not StreamEnd)
            {
                if (documents.Count == YamlBounds.Documents)
                {
                    Stop($"the file has more than {YamlBounds.Documents} documents; split it");
                    break;
                }

                if (ReadDocument() is { } document) documents.Add(document);
            }
        }
        catch (YamlException fault)
        {
            Refuse(fault.Start, Sentence(fault));
        }
#pragma warning disable CA1031 // The parser is not ours: whatever it throws for a hostile text is a fault of the text.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Refuse(_parser.Current?.Start ?? Mark.Empty, Sentence(fault));
        }

        return documents.ToImmutable();
    }

    private YamlDocument? ReadDocument()
    {
        var begin = _parser.Current is DocumentStart { IsImplicit: false } mark ? mark.End.Index : _end;
        Next();
        var root = ReadNode(1);
        if (_stopped) return null;
        var end = _parser.Current!.Start.Index;
        _end = _parser.Current.End.Index;
        Next();
        var isEmpty = root is null or YamlScalar { Kind: YamlScalarKind.Null };
        return isEmpty ? null : new YamlDocument(root!, Slice(begin, end));
    }

    /// <summary>Reads the current node and moves past it; null when it was refused, which has been said.</summary>
    private YamlNode? ReadNode(int depth)
    {
        if (++_nodes > YamlBounds.Nodes) return Stop($"the file has more than {YamlBounds.Nodes} values; split it");
        if (depth > YamlBounds.Depth) return Stop($"values are nested more than {YamlBounds.Depth} deep");
        var current = _parser.Current!;
        var origin = At(current.Start);
        if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            _diagnostics.Error(DiagnosticCodes.Alias, origin, "anchors and aliases are not accepted; write the value out");
        if (current is NodeEvent node && !IsPlainTag(node))
            _diagnostics.Error(DiagnosticCodes.Tag, origin, $"the tag {Quoted.Text(node.Tag.ToString())} is not accepted; remove it");
        if (current is Scalar { Value: var value } && YamlText.FirstControl(value) is { } hidden)
            _diagnostics.Error(DiagnosticCodes.InvalidText, origin, $"the control character U+{(int)hidden:X4} is not allowed; remove it");
        Open(current);
        Next();
        return current switch
        {
            Scalar scalar => new YamlScalar(origin, scalar.Value, KindOf(scalar)) { Start = (int)scalar.Start.Index, End = (int)scalar.End.Index },
            SequenceStart list => ReadList(origin, depth, list),
            MappingStart map => ReadMap(origin, depth, map),
            _ => null,
        };
    }

    private YamlList ReadList(Origin origin, int depth, SequenceStart start)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_stopped && _parser.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is { } item) items.Add(item);
        }

        var end = EndOf(start.Style == SequenceStyle.Flow, start, items.Count == 0 ? null : items[^1]);
        Close();
        return new YamlList(origin, items.ToImmutable()) { Start = (int)start.Start.Index, End = end, IsFlow = start.Style == SequenceStyle.Flow };
    }

    private YamlMap ReadMap(Origin origin, int depth, MappingStart start)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var first = new Dictionary<string, Origin>(StringComparer.Ordinal);
        while (!_stopped && _parser.Current is not MappingEnd)
        {
            var place = At(_parser.Current!.Start);
            var key = ReadNode(depth + 1);
            if (_stopped) break;
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar { Kind: YamlScalarKind.Text } name)
            {
                if (key is not null)
                    _diagnostics.Error(DiagnosticCodes.KeyNotString, place, $"a key must be a string, not {key.Description}; quote it if it is meant so");
            }
            else if (!first.TryAdd(name.Text, place))
            {
                _diagnostics.Error(DiagnosticCodes.DuplicateKey, place, $"the key {Quoted.Text(name.Text)} stands twice; the first is at {first[name.Text]}");
            }
            else if (value is not null)
            {
                entries.Add(new YamlEntry(name.Text, place, value));
            }
        }

        var end = EndOf(start.Style == MappingStyle.Flow, start, entries.Count == 0 ? null : entries[^1].Value);
        Close();
        return new YamlMap(origin, entries.ToImmutable()) { Start = (int)start.Start.Index, End = end, IsFlow = start.Style == MappingStyle.Flow };
    }

    /// <summary>A block's own end stands behind the comments and empty lines that follow it.</summary>
    private int EndOf(bool isFlow, ParsingEvent start, YamlNode? last) =>
        isFlow && !_stopped ? (int)_parser.Current!.Start.Index + 1 : last?.End ?? (int)start.End.Index;

    private void Open(ParsingEvent node)
    {
        if (node is SequenceStart list) _open.Push(('[', list.Style == SequenceStyle.Flow ? list.Start : null));
        else if (node is MappingStart map) _open.Push(('{', map.Style == MappingStyle.Flow ? map.Start : null));
    }

    private void Close()
    {
        if (_stopped) return;
        _open.Pop();
        Next();
    }

    private static bool IsPlainTag(NodeEvent node)
    {
        if (node.Tag.IsEmpty) return true;
        return node.Tag.ToString() switch
        {
            "!" or "tag:yaml.org,2002:str" => node is Scalar,
            "tag:yaml.org,2002:map" => node is MappingStart,
            "tag:yaml.org,2002:seq" => node is SequenceStart,
            _ => false,
        };
    }

    private static YamlScalarKind KindOf(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty ? YamlScalar.KindOf(scalar.Value) : YamlScalarKind.Text;

    private YamlNode? Stop(string why)
    {
        _stopped = true;
        _diagnostics.Error(DiagnosticCodes.TooLarge, At(_parser.Current!.Start), why);
        return null;
    }

    private void Next()
    {
        while (_parser.MoveNext() && _parser.Current is StreamStart or Comment)
        {
        }
    }

    private string Slice(long begin, long end)
    {
        var from = (int)Math.Clamp(begin, 0, _text.Length);
        var to = (int)Math.Clamp(end, from, _text.Length);
        return _text[from..to].Trim('\r', '\n', ' ') + "\n";
    }

    private Origin At(Mark mark) => new(_file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    /// <summary>The parser stops where it notices, which is often far from what is wrong: a tab before a line, or a bracket that nobody closed.</summary>
    private void Refuse(Mark noticed, string words)
    {
        if (words.Contains("tab", StringComparison.Ordinal) && TabbedLine((int)Math.Max(1, noticed.Line)) is { } tab)
            _diagnostics.Error(DiagnosticCodes.InvalidYaml, tab, "a tab indents this line; YAML takes spaces only");
        else if (_open.TryPeek(out var open) && open.Start is { } start && !words.Contains("quoted scalar", StringComparison.Ordinal))
            _diagnostics.Error(DiagnosticCodes.InvalidYaml, At(start), $"the '{open.Bracket}' here is not closed, or what is in it is not separated by ','");
        else
            _diagnostics.Error(DiagnosticCodes.InvalidYaml, At(noticed), $"invalid YAML: {words}");
    }

    /// <summary>The place of the first tab in the white space before a line's text, from a line on.</summary>
    private Origin? TabbedLine(int from)
    {
        var line = 0;
        foreach (var text in _text.AsSpan().EnumerateLines())
        {
            if (++line < from) continue;
            var indent = text[..^text.TrimStart(" \t").Length];
            if (indent.IndexOf('\t') is var at and >= 0 && indent.Length < text.Length) return new Origin(_file, line, at + 1);
        }

        return null;
    }

    /// <summary>The parser's own words on one line, without its trailing full stop.</summary>
    private static string Sentence(Exception fault)
    {
        var words = Quoted.Text(fault.Message).Trim('\'').TrimEnd('.');
        return words.Length == 0 ? "the text ends or continues where it must not" : char.ToLowerInvariant(words[0]) + words[1..];
    }
}

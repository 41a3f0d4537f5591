using System.CommandLine;
using System.Text.Json.Nodes;

namespace FnMesh.Cli.Commands;

/// <summary><c>--type</c>, <c>--source</c> and <c>--subject</c>: which events a command is about.</summary>
internal sealed class EventFilter
{
    private readonly Option<string?> _type = new("--type") { Description = "Only events of this type", HelpName = "TYPE" };
    private readonly Option<string?> _source = new("--source") { Description = "Only events of this source", HelpName = "URI" };
    private readonly Option<string?> _subject = new("--subject") { Description = "Only events of this subject", HelpName = "TEXT" };

    public void AddTo(Command command) => Array.ForEach([_type, _source, _subject], command.Add);

    public bool IsGiven(ParseResult parsed) => Array.Exists([_type, _source, _subject], option => parsed.GetValue(option) is not null);

    /// <summary>As members of a query.</summary>
    public (string Name, string? Value)[] Query(ParseResult parsed) => [("type", parsed.GetValue(_type)), ("source", parsed.GetValue(_source)), ("subject", parsed.GetValue(_subject))];

    /// <summary>Adds it to a wish, whose own source is something else.</summary>
    public JsonObject AddTo(JsonObject wish, ParseResult parsed)
    {
        wish["type"] = parsed.GetValue(_type);
        wish["eventSource"] = parsed.GetValue(_source);
        wish["subject"] = parsed.GetValue(_subject);
        return wish;
    }
}

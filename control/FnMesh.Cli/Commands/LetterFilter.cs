using System.CommandLine;
using System.Text.Json.Nodes;

namespace FnMesh.Cli.Commands;

/// <summary>Which dead letters a command is about, where they are not named one by one.</summary>
internal sealed class LetterFilter(Terminal terminal)
{
    private readonly Option<string?> _subscription = ReplayCommands.SubscriptionOption(terminal, "--subscription", "Only those of this subscription");
    private readonly Option<string?> _type = new("--type") { Description = "Only events of this type", HelpName = "TYPE" };
    private readonly Option<string?> _source = new("--source") { Description = "Only events of this source", HelpName = "URI" };
    private readonly Option<string?> _subject = new("--subject") { Description = "Only events of this subject", HelpName = "TEXT" };
    private readonly Option<bool> _all = new("--all") { Description = "All of them" };

    public void AddTo(Command command) => Array.ForEach((Option[])[_subscription, _type, _source, _subject, _all], command.Add);

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_all) || Array.Exists([_subscription, _type, _source, _subject], option => parsed.GetValue(option) is not null);

    /// <summary>A wish with the filter as its members.</summary>
    public JsonObject Of(ParseResult parsed, JsonObject wish)
    {
        wish["subscription"] = parsed.GetValue(_subscription);
        wish["type"] = parsed.GetValue(_type);
        wish["eventSource"] = parsed.GetValue(_source);
        wish["subject"] = parsed.GetValue(_subject);
        return wish;
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;

namespace FnMesh.Cli.Commands;

/// <summary>Which dead letters a command is about, where they are not named one by one.</summary>
internal sealed class LetterFilter(Terminal terminal)
{
    private readonly Option<string?> _subscription = ReplayCommands.SubscriptionOption(terminal, "--subscription", "Only those of this subscription");
    private readonly EventFilter _events = new();
    private readonly Option<bool> _all = new("--all") { Description = "All of them" };

    public void AddTo(Command command)
    {
        command.Add(_subscription);
        _events.AddTo(command);
        command.Add(_all);
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_all) || parsed.GetValue(_subscription) is not null || _events.IsGiven(parsed);

    /// <summary>A wish with the filter as its members.</summary>
    public JsonObject Of(ParseResult parsed, JsonObject wish)
    {
        wish["subscription"] = parsed.GetValue(_subscription);
        return _events.AddTo(wish, parsed);
    }
}

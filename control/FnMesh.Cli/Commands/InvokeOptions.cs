using System.CommandLine;

namespace FnMesh.Cli.Commands;

/// <summary>How an invocation is written on the command line.</summary>
internal sealed class InvokeOptions
{
    public PublishOptions Event { get; } = new();

    public Option<string?> EventFile { get; } = new("--event") { Description = "For functions that take events: a file with one event, or an array, in the JSON format of CloudEvents; - reads stdin", HelpName = "FILE" };

    public Option<string[]> Parameters { get; } = new("--param", "-p") { Description = "For HTTP functions: a parameter of the route, else of the query; may be repeated", HelpName = "NAME=VALUE" };

    public Option<string?> Method { get; } = new("--method", "-X") { Description = "For HTTP functions: the method (default: the function's first; with data the first that takes some)", HelpName = "M" };

    public Option<string[]> Headers { get; } = new("--header", "-H") { Description = "For HTTP functions: a header; may be repeated", HelpName = "NAME: VALUE" };

    public void AddTo(Command command)
    {
        Event.AddPartsTo(command);
        foreach (var option in new Option[] { EventFile, Parameters, Method, Headers }) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(EventFile) is { Implicit: false } && Event.Parts.Any(option => result.GetResult(option) is { Implicit: false }))
                result.AddError("--event holds whole events; it cannot be combined with other parts of an event");
        });
    }

    /// <summary>What was written that a function of this trigger has no use for; null when nothing was.</summary>
    public string? Misuse(FoundFunction function, ParseResult parsed)
    {
        Option[] useless = function.Trigger switch
        {
            "http" => [EventFile, .. Event.Parts.Where(option => option != Event.Data)],
            "event" => [Parameters, Method, Headers],
            _ => [EventFile, Parameters, Method, Headers, .. Event.Parts],
        };
        var written = useless.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        var what = function.Trigger switch { "http" => "is called over HTTP", "event" => "takes events", _ => "is run by a timer" };
        return written is null ? null : $"{function} {what}, and {written.Name} means nothing to it";
    }
}

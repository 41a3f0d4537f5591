using System.CommandLine;

namespace FnMesh.Cli.Commands;

/// <summary>How an event is written on the command line.</summary>
internal sealed class PublishOptions
{
    public Option<string?> Type { get; } = new("--type") { Description = "The event's type", HelpName = "T" };

    public Option<string?> Source { get; } = new("--source") { Description = "Its source, a URI reference (default /fnmesh/cli)", HelpName = "S" };

    public Option<string?> Subject { get; } = new("--subject") { Description = "Its subject", HelpName = "S" };

    public Option<string?> Id { get; } = new("--id") { Description = "Its id (default: a new one)", HelpName = "I" };

    public Option<string?> DataContentType { get; } = new("--datacontenttype") { Description = "The media type of its data (default application/json for JSON, else text/plain)", HelpName = "TYPE" };

    public Option<string[]> Extensions { get; } = new("--extension") { Description = "An extension attribute; may be repeated", HelpName = "NAME=VALUE" };

    public Option<string?> Data { get; } = new("--data", "-d") { Description = "Its data; @FILE reads a file, - reads stdin", HelpName = "DATA" };

    public Option<string?> File { get; } = new("--filename", "-f") { Description = "A file with one event, or an array of events, in the JSON format of CloudEvents", HelpName = "FILE" };

    /// <summary>What makes one event.</summary>
    public IReadOnlyList<Option> Parts => [Type, Source, Subject, Id, DataContentType, Extensions, Data];

    public void AddPartsTo(Command command)
    {
        foreach (var option in Parts)
            command.Add(option);
    }

    public void AddTo(Command command)
    {
        AddPartsTo(command);
        command.Add(File);
        command.Validators.Add(result =>
        {
            var described = Parts.Any(option => result.GetResult(option) is { Implicit: false });
            if (result.GetResult(File) is { Implicit: false })
            {
                if (described)
                    result.AddError("-f holds whole events; it cannot be combined with other parts of an event");
            }
            else if (result.GetResult(Type) is not { Implicit: false })
            {
                result.AddError("--type is required (or -f FILE with whole events)");
            }
        });
    }
}

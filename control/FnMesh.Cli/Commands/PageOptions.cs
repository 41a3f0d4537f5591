using System.CommandLine;

namespace FnMesh.Cli.Commands;

/// <summary><c>--limit</c> and <c>--before</c> of the lists.</summary>
internal sealed class PageOptions
{
    private const int MaxLimit = 1_000;

    private readonly Option<int?> _limit = new("--limit") { Description = $"How many at most; 1 to {MaxLimit}", HelpName = "N", CustomParser = result => WholeNumber.Read(result, "--limit", 1, MaxLimit) };
    private readonly Option<long?> _before = new("--before") { Description = "Only those before this one: 'next' of the last page", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Add(_limit);
        command.Add(_before);
    }

    /// <summary>The path with a query of what is set.</summary>
    public string Path(string path, ParseResult parsed, params (string Name, string? Value)[] more)
    {
        var set = more.Append(("limit", parsed.GetValue(_limit)?.ToString())).Append(("before", parsed.GetValue(_before)?.ToString()))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}")
            .ToArray();
        return set.Length == 0 ? path : $"{path}?{string.Join('&', set)}";
    }
}

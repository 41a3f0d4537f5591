using System.CommandLine;

namespace FnMesh.Cli.Output;

/// <summary><c>-o table|json|yaml</c>.</summary>
internal static class OutputOption
{
    public static Option<OutputFormat> Create()
    {
        var option = New();
        option.CompletionSources.Clear();
        option.CompletionSources.Add("table", "json", "yaml");
        return option;
    }

    private static Option<OutputFormat> New() => new("--output", "-o")
    {
        Description = "table, json or yaml (default: table)",
        HelpName = "FORMAT",
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "table":
                    return OutputFormat.Table;
                case "json":
                    return OutputFormat.Json;
                case "yaml":
                    return OutputFormat.Yaml;
                default:
                    result.AddError($"'{result.Tokens[0].Value}' is no output format; choose table, json or yaml");
                    return OutputFormat.Table;
            }
        },
    };
}

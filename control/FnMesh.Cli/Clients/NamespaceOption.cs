using System.CommandLine;
using FnMesh.Policy;

namespace FnMesh.Cli.Clients;

/// <summary><c>-n NAMESPACE</c>: whose names are meant where a name says no namespace itself.</summary>
internal static class NamespaceOption
{
    public static Option<string?> Create(string description = "The namespace of names without one (default: default)")
    {
        var option = new Option<string?>("--namespace", "-n") { Description = description, HelpName = "NAMESPACE" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !QualifiedName.IsNamespace(token.Value)) result.AddError($"--namespace is a DNS label of a-z, 0-9 and '-', not '{token.Value}'");
        });
        return option;
    }

    /// <summary>A name that was written on a command line, qualified.</summary>
    public static string Qualify(this ParseResult parsed, Option<string?> option, string written) => QualifiedName.Read(written, parsed.GetValue(option) ?? QualifiedName.Default);
}

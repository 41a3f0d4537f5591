using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Cli.Up;

/// <summary>What a mesh starts with when its folder has no policies: <c>policies/default</c>, as it was when this program was built.</summary>
internal static class DefaultPolicy
{
    private const string Prefix = "policies/default/";

    public static ImmutableArray<PolicySource> Read()
    {
        var program = typeof(DefaultPolicy).Assembly;
        return
        [
            .. from name in program.GetManifestResourceNames()
               where name.StartsWith(Prefix, StringComparison.Ordinal)
               select new PolicySource(name, Text(program.GetManifestResourceStream(name)!)),
        ];
    }

    private static string Text(Stream resource)
    {
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}

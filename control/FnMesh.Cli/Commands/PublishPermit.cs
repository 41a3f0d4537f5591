using System.Collections.Immutable;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

/// <summary>What to write so that a refused event may be published.</summary>
internal static class PublishPermit
{
    /// <param name="denial">The gateway's sentence, which names the policy that refuses.</param>
    /// <param name="policies">The AuthorizationPolicies of the mesh, as the control service tells them.</param>
    /// <param name="principal">Who published.</param>
    /// <param name="types">The types of the events.</param>
    /// <returns>Where to add what, in YAML; null when adding does not help, because a policy denies.</returns>
    public static string? Explain(string denial, IReadOnlyCollection<JsonNode?> policies, string principal, ImmutableArray<string> types)
    {
        var rule = $$"""- { from: [ { principals: [ {{principal}} ] } ], to: [ { operations: [ publish ], eventTypes: [ {{string.Join(", ", types.Select(Quote))}} ] } ] }""";
        var named = policies.FirstOrDefault(policy => denial.Contains($"AuthorizationPolicy {policy.Text("name")} (", StringComparison.Ordinal));
        if (named is null)
        {
            return $$"""
                This document in a file of the mesh's policies/ permits it:

                apiVersion: fnmesh.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: { name: {{Free(policies)}} }
                spec:
                  targetRefs: [ { kind: Broker, name: default } ]
                  action: ALLOW
                  rules:
                    {{rule}}
                """;
        }

        return named["resource"]?["spec"].Text("action") == "DENY" ? null : $$"""
            This rule under spec.rules of AuthorizationPolicy {{named.Text("name")}} ({{named.Text("origin")}}) permits it:

                {{rule}}
            """;
    }

    private static string Free(IReadOnlyCollection<JsonNode?> policies)
    {
        var taken = policies.Select(policy => policy.Text("name")).ToHashSet(StringComparer.Ordinal);
        return taken.Contains("publishers") ? Enumerable.Range(2, taken.Count).Select(number => $"publishers-{number}").First(name => !taken.Contains(name)) : "publishers";
    }

    /// <summary>A JSON string is a YAML string.</summary>
    private static string Quote(string type) => JsonText.WriteLine(JsonValue.Create(type));
}

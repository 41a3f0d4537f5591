using System.Text.Json;
using FnMesh.Cli.Up;
using FnMesh.Control.Projects;

namespace FnMesh.Cli.Init;

/// <summary>Policy files as a person would begin them.</summary>
internal static class PolicyText
{
    public static string Mesh(string name) => $$"""
        {{SchemaFolder.Comment}}
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: {{Text(name)}} }

        """;

    /// <param name="project">What the app runs.</param>
    /// <param name="path">The project, relative to the policy file.</param>
    public static string App(FoundProject project, string path)
    {
        var app = $$"""
            {{SchemaFolder.Comment}}
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: {{Text(project.App)}} }
            spec:
              revisions:
                - name: {{Text(project.Revision)}}
                  run: { project: {{Text(path)}} }

            """;
        return project.Role == ProjectRole.Functions ? app : $$"""
            {{app}}---
            # Calls from outside, by name: every *.localhost is this machine.
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: {{Text(project.App)}} }
            spec:
              parentRefs: [ { name: edge } ]
              hostnames: [ {{Text($"{project.App}.localhost")}} ]
              rules: [ { backendRefs: [ { name: {{Text(project.App)}} } ] } ]

            """;
    }

    /// <summary>Plain where YAML reads it as the same text, else quoted as JSON, which is YAML.</summary>
    private static string Text(string value) =>
        value.Any(char.IsAsciiLetterLower) && value is not ("true" or "false" or "null") && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '/' or '_') && value[0] is not '-' && !IsNumber(value)
            ? value
            : $"\"{JsonEncodedText.Encode(value)}\"";

    private static bool IsNumber(string value) => double.TryParse(value, out _);
}

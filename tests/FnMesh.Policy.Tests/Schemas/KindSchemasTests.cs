using System.Text.Json.Nodes;
using FnMesh.Policy.Schemas;
using Json.Schema;

namespace FnMesh.Policy.Tests.Schemas;

public class KindSchemasTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "policies", "schema");
    private static readonly Dictionary<string, JsonSchema> Schemas = KindSchemas.All().ToDictionary(schema => schema.Key, schema => JsonSchema.FromText(schema.Value));

    [Fact]
    public void The_schemas_of_the_clone_are_those_of_the_kinds()
    {
        var schemas = KindSchemas.All();
        if (Environment.GetEnvironmentVariable("FNMESH_UPDATE_GOLDEN") == "1")
        {
            foreach (var (name, text) in schemas) File.WriteAllText(Path.Combine(Folder, name), text);
        }

        Assert.Equal(schemas.Keys, Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.All(schemas, schema => Assert.Equal(schema.Value, File.ReadAllText(Path.Combine(Folder, schema.Key)).ReplaceLineEndings("\n")));
    }

    public static TheoryData<string> Folders() =>
    [
        .. Directory.GetDirectories(Path.Combine(Repository.Root, "samples")).Select(sample => Path.Combine(sample, "policies")).Where(Directory.Exists)
            .Concat(Directory.GetDirectories(Repository.Golden).Where(folder => File.Exists(Path.Combine(folder, "snapshot.json"))))
            .Append(Path.Combine(Repository.Root, "policies", "default"))
            .Select(folder => Path.GetRelativePath(Repository.Root, folder)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_policy_that_compiles_is_valid_by_the_schemas(string folder)
    {
        var resources = PolicyCompiler.Compile(Repository.Sources(Path.Combine(Repository.Root, folder))).Resources;
        Assert.NotEmpty(resources);
        Assert.All(resources, resource =>
        {
            Valid(resource.Json, $"{resource.Kind.ToLowerInvariant()}.schema.json", resource);
            Valid(resource.Json, KindSchemas.AnyKind, resource);
        });
    }

    [Fact]
    public void The_examples_of_the_documents_are_valid_by_the_schemas() =>
        Assert.All(
            PolicyDocumentTests.Examples.SelectMany(example => PolicyCompiler.Compile([new PolicySource("example.yaml", example)]).Resources),
            resource => Valid(resource.Json, KindSchemas.AnyKind, resource));

    [Theory]
    [InlineData("kind: FunctionApp\nspec: { revisions: [ { name: a-v1, run: { projekt: .. } } ] }")]
    [InlineData("kind: FunctionApp\nspec: { revisions: [ { name: a-v1, run: { project: .., url: 'http://b' } } ] }")]
    [InlineData("kind: FunctionApp\nspec: { revisions: [ { name: A_v1, run: { project: .. } } ] }")]
    [InlineData("kind: FunctionApp\nspec: { revisions: [] }")]
    [InlineData("kind: FunctionApp\nspec: { revisions: [ { name: a-v1, run: { project: .. }, replicas: 101 } ] }")]
    [InlineData("kind: FunctionApp\nspec: { revisions: [ { name: a-v1, run: { project: .. }, env: { A: [ b ] } } ] }")]
    [InlineData("kind: Subscription\nspec: { filters: [ { not: { all: [ { exact: {} } ] } } ], sink: { uri: 'http://a/' } }")]
    [InlineData("kind: Subscription\nspec: { filters: [ { sql: 5 } ], sink: { uri: 'http://a/' } }")]
    [InlineData("kind: Subscription\nspec: { filters: [ { data: {} } ], sink: { uri: 'http://a/' } }")]
    [InlineData("kind: Subscription\nspec: { filters: [ { data: { $.a: { equals: 1 } } } ], sink: { uri: 'http://a/' } }")]
    [InlineData("kind: Subscription\nspec: { filters: [ { data: { $.a: { min: x } } } ], sink: { uri: 'http://a/' } }")]
    [InlineData("kind: Subscription\nspec: { sink: { uri: 'http://a/' }, delivery: { timeout: soon } }")]
    [InlineData("kind: Subscription\nspec: { sink: { uri: 'http://a/' }, delivery: { backoffPolicy: square } }")]
    [InlineData("kind: TrafficPolicy\nspec: { targetRefs: [ { kind: Mesh } ], circuitBreaker: { failureRatio: 0 } }")]
    [InlineData("kind: AuthorizationPolicy\nspec: { targetRefs: [ { kind: Mesh } ], action: PERMIT, rules: [ {} ] }")]
    [InlineData("kind: Secret\nspec: {}")]
    public void What_the_readers_refuse_for_its_form_the_schemas_refuse_too(string document)
    {
        var group = "fnmesh.dev/v1alpha1";
        var text = $"apiVersion: {group}\nmetadata: {{ name: a }}\n{document}";
        Assert.Null(PolicyCompiler.Compile([new PolicySource("a.yaml", text)]).Snapshot);
        var node = JsonNode.Parse(Yaml.YamlJson.Write(Yaml.YamlReader.Read(new PolicySource("a.yaml", text), new DiagnosticBag()).Single().Root));
        Assert.False(Schemas[KindSchemas.AnyKind].Evaluate(node).IsValid);
    }

    private static void Valid(string json, string schema, Resource resource)
    {
        var found = Schemas[schema].Evaluate(JsonNode.Parse(json), new EvaluationOptions { OutputFormat = OutputFormat.List });
        var faults = found.Details.Where(detail => detail.HasErrors).Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}");
        Assert.True(found.IsValid, $"{resource.Origin} by {schema}:\n{string.Join('\n', faults)}");
    }
}

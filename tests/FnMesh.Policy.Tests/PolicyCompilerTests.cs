namespace FnMesh.Policy.Tests;

public class PolicyCompilerTests
{
    private static readonly PolicySource[] Shop = Repository.Sources(Path.Combine(Repository.Golden, "shop"));

    [Fact]
    public void No_files_are_an_empty_mesh()
    {
        var compilation = PolicyCompiler.Compile([]);

        Assert.Empty(compilation.Diagnostics);
        Assert.Equal("mesh", compilation.Snapshot!.Mesh);
        Assert.Equal("mesh.local", compilation.Snapshot.TrustDomain);
        Assert.Empty(compilation.Snapshot.Apps);
    }

    [Fact]
    public void The_default_policies_are_valid()
    {
        var compilation = PolicyCompiler.Compile(Repository.Sources(Path.Combine(Repository.Root, "policies", "default")));

        Assert.Empty(compilation.Diagnostics);
        Assert.Equal("mesh", compilation.Snapshot!.Mesh);
    }

    [Fact]
    public void The_trust_domain_follows_the_name_of_the_mesh()
    {
        var compilation = Policies.Compile("apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\n");

        Assert.Equal("shop.local", compilation.Snapshot!.TrustDomain);
    }

    [Fact]
    public void The_order_of_files_does_not_matter()
    {
        var hash = PolicyCompiler.Compile(Shop).Snapshot!.Hash;

        Assert.Equal(hash, PolicyCompiler.Compile([Shop[2], Shop[0], Shop[1]]).Snapshot!.Hash);
        Assert.Equal(hash, PolicyCompiler.Compile([Shop[1], Shop[2], Shop[0]]).Snapshot!.Hash);
    }

    [Fact]
    public void Another_value_is_another_hash()
    {
        var edited = Shop.Select(file => file with { Text = file.Text.Replace("percent: 90", "percent: 50").Replace("percent: 10 }", "percent: 50 }") }).ToArray();

        var compilation = PolicyCompiler.Compile(edited);

        Assert.Empty(compilation.Diagnostics);
        Assert.NotEqual(PolicyCompiler.Compile(Shop).Snapshot!.Hash, compilation.Snapshot!.Hash);
    }

    [Fact]
    public void A_snapshot_that_is_written_reads_back_as_the_same()
    {
        var snapshot = PolicyCompiler.Compile(Shop).Snapshot!;
        var json = PolicySnapshotJson.Write(snapshot);

        var read = PolicySnapshotJson.Read(json);

        Assert.Equal(json, PolicySnapshotJson.Write(read!));
        Assert.Equal(snapshot.Hash, read!.Hash);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void What_is_no_snapshot_does_not_read(string json) => Assert.Null(PolicySnapshotJson.Read(json));

    [Fact]
    public void A_snapshot_that_was_changed_after_it_was_written_does_not_read()
    {
        var json = PolicySnapshotJson.Write(PolicyCompiler.Compile(Shop).Snapshot!);

        Assert.Null(PolicySnapshotJson.Read(json.Replace("\"percent\":90", "\"percent\":91")));
        Assert.Null(PolicySnapshotJson.Read(json.Replace("\"command\":[]", "\"commanb\":[]")));
        Assert.Null(PolicySnapshotJson.Read(json.Replace("\"traffic\":[]", "\"traffic\":null")));
    }

    [Fact]
    public void Resources_keep_their_text_and_are_canonical_json()
    {
        var text = "# first\nkind: Mesh # here\nmetadata: { name: shop }\napiVersion: fnmesh.dev/v1alpha1\n---\n# second\n"
            + "apiVersion: fnmesh.dev/v1alpha1\nkind: Subscription\nmetadata: { name: one }\nspec: { sink: { uri: 'https://é.example/' }, delivery: { retry: 3, ordered: true } }\n";

        var resources = Policies.Compile(text).Resources;

        Assert.Equal("""{"apiVersion":"fnmesh.dev/v1alpha1","kind":"Mesh","metadata":{"name":"shop"}}""", resources[0].Json);
        Assert.Equal("# first\nkind: Mesh # here\nmetadata: { name: shop }\napiVersion: fnmesh.dev/v1alpha1\n", resources[0].Yaml);
        Assert.StartsWith("# second\napiVersion", resources[1].Yaml);
        Assert.Contains("""{"delivery":{"ordered":true,"retry":3},"sink":""", resources[1].Json);
    }

    [Fact]
    public void A_diagnostic_is_one_line_with_its_place()
    {
        var found = Assert.Single(Policies.Compile("apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\nspec: { \"tru\\n\\u0085st\": 1 }\n").Diagnostics);

        Assert.Equal("p/mesh.yaml:4:9: error FNM1103: unknown field 'tru\\u000a\\u0085st' in 'spec'; known are 'broker', 'edge', 'identity', 'limits', 'trustDomain', 'webhooks'", found.ToString());
    }

    [Fact]
    public void A_backend_in_an_unreadable_file_is_not_called_unknown()
    {
        var compilation = PolicyCompiler.Compile([.. Shop.Skip(1), Shop[0] with { Text = Shop[0].Text + "\"" }]);

        Assert.Equal(DiagnosticCodes.InvalidYaml, Assert.Single(compilation.Diagnostics).Code);
    }

    [Theory]
    [InlineData("a:\n  - b\n\t- c\n", "p/mesh.yaml:3:1: error FNM1001: a tab indents this line; YAML takes spaces only")]
    [InlineData("kind: Mesh\nmetadata:\n\tname: shop\n", "p/mesh.yaml:3:1: error FNM1001: a tab indents this line; YAML takes spaces only")]
    [InlineData("kind: Mesh\nmetadata: { name: shop\nspec: {}\n", "p/mesh.yaml:2:11: error FNM1001: the '{' here is not closed, or what is in it is not separated by ','")]
    [InlineData("kind: Mesh\nmetadata: [ a, b\n", "p/mesh.yaml:2:11: error FNM1001: the '[' here is not closed, or what is in it is not separated by ','")]
    [InlineData("kind: Mesh\nmetadata: \"a\\0b\"\n", "p/mesh.yaml:2:11: error FNM1002: the control character U+0000 is not allowed; remove it")]
    public void What_breaks_a_file_is_named_where_it_stands(string text, string diagnostic) =>
        Assert.Contains(diagnostic, Policies.Compile(text).Diagnostics.Select(found => found.ToString()));

    [Fact]
    public void A_misspelt_field_is_one_error()
    {
        var found = Assert.Single(Policies.Compile("apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: a }\nspec: { revision: [] }\n").Diagnostics);

        Assert.Equal("p/mesh.yaml:4:9: error FNM1103: unknown field 'revision' in 'spec'; did you mean 'revisions'?", found.ToString());
    }
}

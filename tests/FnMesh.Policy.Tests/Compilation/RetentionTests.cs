using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class RetentionTests
{
    [Fact]
    public void What_a_mesh_does_not_say_of_retention_is_the_default()
    {
        Assert.Null(Compile("broker: { kind: embedded }").Snapshot!.Retention);
        Assert.Equal(RetentionEntry.Default with { Bytes = 10L << 30 }, Compile("broker: { kind: embedded, embedded: { retention: { bytes: 10GiB } } }").Snapshot!.Retention);
        Assert.Equal(
            new RetentionEntry(TimeSpan.FromDays(2), 512L << 20, TimeSpan.FromHours(36)),
            Compile("broker: { kind: embedded, embedded: { retention: { age: 48h, bytes: 512MiB }, deadLetters: { age: PT36H } } }").Snapshot!.Retention);
    }

    [Theory]
    [InlineData("retention: { bytes: 1GB }", "must be a size from 64MiB to 64TiB")]
    [InlineData("retention: { bytes: 1MiB }", "must be a size from 64MiB to 64TiB")]
    [InlineData("retention: { bytes: 99999999999GiB }", "must be a size from 64MiB to 64TiB")]
    [InlineData("retention: { age: 1m }", "age")]
    [InlineData("retention: { ages: 1h }", "unknown field")]
    [InlineData("deadLetters: { age: soon }", "age")]
    public void What_cannot_be_kept_is_refused_with_its_place(string written, string said)
    {
        var found = Assert.Single(Compile($"broker: {{ kind: embedded, embedded: {{ {written} }} }}").Diagnostics);
        Assert.Contains(said, found.ToString());
        Assert.StartsWith("mesh.yaml:4:", found.ToString());
    }

    private static PolicyCompilation Compile(string spec) => PolicyCompiler.Compile([new PolicySource("mesh.yaml", $"apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: {{ name: shop }}\nspec: {{ {spec} }}\n")]);
}

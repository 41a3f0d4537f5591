namespace FnMesh.House.Tests;

public sealed class DecisionsTests
{
    [Fact]
    public void What_a_decision_names_that_stands_as_it_is_is_in_the_code()
    {
        var words = Repository.Files(".cs", ".csproj", ".props", ".targets", ".proto").Where(source => !source.Path.StartsWith("tests/FnMesh.House.Tests/", StringComparison.Ordinal)).SelectMany(source => Decisions.Words(source.Text)).ToHashSet();
        Expect.None(All().SelectMany(decision => Decisions.UnknownNames(decision, words)));
    }

    [Fact]
    public void Who_replaces_a_decision_is_named_in_its_status() => Expect.None(Decisions.Unanswered(All()));

    [Theory]
    [InlineData("accepted", "docs/adr/0001-a.md: `Gone` is nowhere in the code; say in its status since when")]
    [InlineData("accepted; since 0002 `Gate` does it", null)]
    [InlineData("replaced by 0002", null)]
    public void A_name_that_is_gone_is_found_unless_the_status_says_more(string status, string? expected)
    {
        var decision = new TextFile("docs/adr/0001-a.md", $"# 0001 A\n\nStatus: {status}\n\n`Gate.Open` and `Gone`, `partitionkey`, `GET` and `Gate<T>`.\n");
        Assert.Equal(expected is null ? [] : [expected], Decisions.UnknownNames(decision, new HashSet<string> { "Gate", "Open" }));
    }

    [Theory]
    [InlineData("accepted; replaces 0001", "replaced by 0002", null)]
    [InlineData("accepted; replaces what 0001 says of it", "accepted; replaced by 0002 in what it says of it", null)]
    [InlineData("accepted; replaces 0001", "accepted", "0001: its status does not say 'replaced by 0002'")]
    [InlineData("accepted", "replaced by 0002", "0002: its status does not say 'replaces 0001'")]
    [InlineData("accepted; since 0003 less", "accepted", "0002: there is no 0003")]
    public void A_replacement_that_one_side_alone_knows_is_found(string later, string earlier, string? expected)
    {
        TextFile[] decisions = [new("docs/adr/0001-a.md", $"# 0001 A\n\nStatus: {earlier}\n"), new("docs/adr/0002-b.md", $"# 0002 B\n\nStatus: {later}\n")];
        Assert.Equal(expected is null ? [] : [expected], Decisions.Unanswered(decisions));
    }

    private static TextFile[] All() => [.. Repository.Files(".md").Where(Decisions.Is)];
}

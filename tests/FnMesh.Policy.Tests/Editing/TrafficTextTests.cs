using FnMesh.Policy.Editing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Editing;

public class TrafficTextTests
{
    private const string Block = """
        # one file, two apps
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: other }
        spec: { revisions: [ { name: other-v1, run: { command: [ a ] } } ], traffic: [ { revisionName: other-v1, percent: 100 } ] }
        ---
        kind: FunctionApp   # the kind may stand first
        apiVersion: fnmesh.dev/v1alpha1
        metadata:
          name: "pricing"
        spec:
          traffic:            # who gets what
            - revisionName: pricing-v1   # stable
              percent: 90                # é ü 😀
            # between
            - { revisionName: 'pricing-v2', percent: 10 }   # canary

          revisions:
            - { name: pricing-v1, run: { command: [ a ] } }
            - { name: pricing-v2, run: { command: [ a ] } }
            - { name: pricing-v3, run: { command: [ a ] } }
        # the end
        """;

    [Fact]
    public void Percents_change_where_they_stand_and_nothing_else_does() => Assert.Equal(
        Block.Replace("percent: 90  ", "percent: 5  ", StringComparison.Ordinal).Replace("percent: 10 }", "percent: 95 }", StringComparison.Ordinal),
        Rewrite(Block, ("pricing-v1", 5), ("pricing-v2", 95)));

    [Fact]
    public void A_revision_that_is_not_named_gets_nothing() => Assert.Equal(
        Block.Replace("percent: 90  ", "percent: 0  ", StringComparison.Ordinal).Replace("percent: 10 }", "percent: 100 }", StringComparison.Ordinal),
        Rewrite(Block, ("pricing-v2", 100)));

    [Fact]
    public void A_revision_without_a_share_is_added_behind_the_others() => Assert.Equal(
        Block.Replace("percent: 90  ", "percent: 0  ", StringComparison.Ordinal)
            .Replace("percent: 10 }   # canary", "percent: 60 }   # canary\n    - { revisionName: pricing-v3, percent: 40 }", StringComparison.Ordinal),
        Rewrite(Block, ("pricing-v2", 60), ("pricing-v3", 40)));

    [Fact]
    public void The_same_split_is_the_same_text() => Assert.Equal(Block, Rewrite(Block, ("pricing-v1", 90), ("pricing-v2", 10)));

    [Fact]
    public void Line_ends_of_windows_stay()
    {
        var windows = Block.ReplaceLineEndings("\r\n");
        var changed = Rewrite(windows, ("pricing-v2", 60), ("pricing-v3", 40));
        Assert.Equal(Rewrite(Block, ("pricing-v2", 60), ("pricing-v3", 40)), changed.ReplaceLineEndings("\n"));
        Assert.DoesNotContain('\n', changed.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("spec:\n  revisions: [ { name: a-v1, run: { command: [ a ] } } ]  # all\n# end\n", "spec:\n  revisions: [ { name: a-v1, run: { command: [ a ] } } ]  # all\n  traffic:\n    - { revisionName: a-v1, percent: 100 }\n# end\n")]
    [InlineData("spec:\n    revisions:\n    - name: a-v1\n      run:\n        command: [ a ]", "spec:\n    revisions:\n    - name: a-v1\n      run:\n        command: [ a ]\n    traffic:\n      - { revisionName: a-v1, percent: 100 }")]
    [InlineData("spec: { revisions: [ { name: a-v1, run: { command: [ a ] } } ] }\n", "spec: { revisions: [ { name: a-v1, run: { command: [ a ] } } ], traffic: [ { revisionName: a-v1, percent: 100 } ] }\n")]
    [InlineData("spec:\n  revisions:\n  - name: a-v1\n    run: { command: [ a ] }\n    env:\n      TEXT: |\n        one\n\n        two\n", "spec:\n  traffic:\n    - { revisionName: a-v1, percent: 100 }\n  revisions:\n  - name: a-v1\n    run: { command: [ a ] }\n    env:\n      TEXT: |\n        one\n\n        two\n")]
    public void A_first_split_is_added_in_the_style_of_the_file(string written, string expected)
    {
        const string Head = "apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: pricing }\n";
        var changed = Rewrite(Head + written, ("a-v1", 100));
        Assert.Equal(Head + expected, changed);
        var app = Assert.Single(PolicyCompiler.Compile([new PolicySource("p.yaml", changed)]).Snapshot!.Apps);
        Assert.Equal([new TrafficShare("a-v1", 100)], app.Traffic);
    }

    [Theory]
    [InlineData("traffic: [ { revisionName: a-v1 } ]", "this share has no 'revisionName' with a 'percent'")]
    [InlineData("traffic: all", "'traffic' is the string 'all', not a list of shares")]
    [InlineData("traffic:", "'traffic' has no value")]
    public void What_is_no_split_is_left_alone_and_named(string traffic, string fault)
    {
        var source = new PolicySource("p.yaml", $"kind: FunctionApp\nmetadata: {{ name: pricing }}\nspec:\n  {traffic}\n  revisions: []\n");
        Assert.Null(TrafficText.Rewrite(source, "pricing", [new TrafficShare("a-v1", 100)], out var found));
        Assert.Contains(fault, found, StringComparison.Ordinal);
        Assert.StartsWith("p.yaml:4:", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_looks_like_a_number_is_quoted() => Assert.Contains(
        "{ revisionName: \"7\", percent: 100 }",
        Rewrite("kind: FunctionApp\nmetadata: { name: pricing }\nspec: { revisions: [ ] }\n", ("7", 100)),
        StringComparison.Ordinal);

    [Fact]
    public void A_file_without_the_app_is_refused()
    {
        Assert.Null(TrafficText.Rewrite(new PolicySource("p.yaml", "kind: Mesh\nmetadata: { name: pricing }\n"), "pricing", [new TrafficShare("a", 100)], out var fault));
        Assert.Contains("holds no FunctionApp 'pricing' any more", fault, StringComparison.Ordinal);
    }

    private static string Rewrite(string text, params (string Revision, int Percent)[] shares)
    {
        var changed = TrafficText.Rewrite(new PolicySource("p.yaml", text), "pricing", [.. shares.Select(share => new TrafficShare(share.Revision, share.Percent))], out var fault);
        Assert.Null(fault);
        return changed!;
    }
}

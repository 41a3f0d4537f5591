using FnMesh.Policy.Editing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Editing;

/// <summary>The forms in which a split, or the want of one, is written: each is changed in place and means what was wanted, or is refused by name.</summary>
public sealed class TrafficFormsTests
{
    private const string Head = "apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: a }\nspec:\n";
    private const string Revisions = "  revisions: [ { name: a-v1, run: { command: [ a ] } }, { name: a-v2, run: { command: [ a ] } } ]\n";
    private const string Other = "apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: b }\nspec:\n  revisions: [ { name: b-v1, run: { command: [ b ] } }, { name: b-v2, run: { command: [ b ] } } ]\n  traffic: [ { revisionName: b-v1, percent: 90 }, { revisionName: b-v2, percent: 10 } ]\n";
    private const string First = "{ revisionName: a-v1, percent: 70 }";
    private const string Second = "{ revisionName: a-v2, percent: 30 }";

    public static TheoryData<string, string, string> Forms => new()
    {
        { "flow", "  traffic: [ { revisionName: a-v1, percent: 90 }, { revisionName: a-v2, percent: 10 } ]\n", $"  traffic: [ {First}, {Second} ]\n" },
        { "flow, one added", "  traffic: [ { revisionName: a-v1, percent: 100 } ]   # all\n", $"  traffic: [ {First}, {Second} ]   # all\n" },
        { "flow with a comma at its end", "  traffic: [ { revisionName: a-v1, percent: 100 }, ]\n", $"  traffic: [ {First}, {Second}, ]\n" },
        { "flow over lines, with comments", "  traffic: [   # who\n    { revisionName: a-v1, percent: 100 }   # stable\n    # nobody else\n  ]\n", $"  traffic: [   # who\n    {First}, {Second}   # stable\n    # nobody else\n  ]\n" },
        { "flow with a tag", "  traffic: !!seq [ { revisionName: a-v1, percent: 100 } ]\n", $"  traffic: !!seq [ {First}, {Second} ]\n" },
        { "flow that is empty, with a tag", "  traffic: !!seq [ ]\n", $"  traffic: !!seq [ {First}, {Second} ]\n" },
        { "flow that is empty", "  traffic: []\n", $"  traffic: [ {First}, {Second} ]\n" },
        { "flow that is empty but for a comment", "  traffic: [ # nobody yet\n  ]\n", $"  traffic: [ # nobody yet\n  {First}, {Second} ]\n" },
        { "block", "  traffic:\n    - revisionName: a-v1\n      percent: 90\n    - revisionName: a-v2\n      percent: 10\n", "  traffic:\n    - revisionName: a-v1\n      percent: 70\n    - revisionName: a-v2\n      percent: 30\n" },
        { "block, one added behind the last and its comment", "  traffic:\n  - percent: 100 # all of it\n    revisionName: a-v1 # stable\n  # below\n", $"  traffic:\n  - percent: 70 # all of it\n    revisionName: a-v1 # stable\n  - {Second}\n  # below\n" },
        { "block with comments between entries", "  traffic:\n    # one\n    - { revisionName: a-v1, percent: 90 }\n\n    # two\n    - { revisionName: a-v2, percent: 10 }\n    # end\n", $"  traffic:\n    # one\n    - {First}\n\n    # two\n    - {Second}\n    # end\n" },
        { "quoted names", "  \"traffic\":\n    - { \"revisionName\": \"a-v1\", 'percent': 90 }\n    - { 'revisionName': 'a-v2', percent: 10 }\n", "  \"traffic\":\n    - { \"revisionName\": \"a-v1\", 'percent': 70 }\n    - { 'revisionName': 'a-v2', percent: 30 }\n" },
        { "none", "", $"  traffic:\n    - {First}\n    - {Second}\n" },
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "  traffic: &split [ { revisionName: a-v1, percent: 100 } ]\n", "p.yaml:6:" },
        { "  traffic: *split\n", "p.yaml:6:" },
        { "  traffic:\n    - { revisionName: a-v1, percent: \"100\" }\n", "p.yaml:7:7: this share has no 'revisionName' with a 'percent'" },
        { "  traffic: ~\n", "p.yaml:6:3: 'traffic' has no value" },
        { "  traffic: { a-v1: 100 }\n", "p.yaml:6:12: 'traffic' is a map, not a list of shares" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_split_is_changed_in_the_form_that_it_has(string form, string written, string expected)
    {
        foreach (var (before, after) in new[] { ("", ""), (Other + "---\n", ""), ("", "---\n" + Other), ("# first\n---\n" + Other + "...\n---\n", "...\n") })
        {
            var text = before + Head + Revisions + written + after;
            var wanted = before + Head + Revisions + expected + after;
            Assert.True(wanted == Rewrite(text), $"{form}:\n{Rewrite(text)}");
            foreach (var end in new[] { "\r\n", "\r" }) Assert.Equal(wanted.ReplaceLineEndings(end), Rewrite(text.ReplaceLineEndings(end)));
            Means(wanted, form);
        }
    }

    [Theory]
    [InlineData("  paths:\n")]
    [InlineData("  title: |\n    text\n")]
    [InlineData("  title: !!str |\n    text\n")]
    [InlineData("  env:\n    TEXT: !!str >\n      text\n\n")]
    [InlineData("  title: >-  # folded\n    text\n\n")]
    [InlineData("  title: 'over\n    lines'\n")]
    [InlineData("  title: plain over\n    lines\n")]
    public void A_first_split_never_ends_in_what_stands_last(string last)
    {
        foreach (var after in new[] { "", "# end\n", "---\n" + Other })
        {
            var text = Head + Revisions + last + after;
            var changed = TrafficText.Rewrite(new PolicySource("p.yaml", text), "a", [new("a-v1", 70), new("a-v2", 30)], out var fault);
            Assert.True(changed is not null, fault);
            Assert.EndsWith(after, changed, StringComparison.Ordinal);
            Assert.Contains(last, changed, StringComparison.Ordinal);
            var inserted = $"traffic:\n    - {First}\n    - {Second}\n";
            Assert.Equal(text, changed.Replace($"  {inserted}", "", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_be_changed_is_refused_where_it_stands(string written, string fault)
    {
        Assert.Null(TrafficText.Rewrite(new PolicySource("p.yaml", Head + Revisions + written), "a", [new("a-v1", 100)], out var found));
        Assert.StartsWith(fault, found, StringComparison.Ordinal);
    }

    private static string Rewrite(string text)
    {
        var changed = TrafficText.Rewrite(new PolicySource("p.yaml", text), "a", [new("a-v1", 70), new("a-v2", 30)], out var fault);
        Assert.True(changed is not null, $"{fault}\n{text}");
        return changed!;
    }

    private static void Means(string text, string form)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("p.yaml", text)]);
        Assert.True(compiled.Snapshot is not null, $"{form}: {string.Join('\n', compiled.Diagnostics)}");
        Assert.Equal([new TrafficShare("a-v1", 70), new TrafficShare("a-v2", 30)], compiled.Snapshot!.Apps.Single(app => app.Name == "a").Traffic);
    }
}

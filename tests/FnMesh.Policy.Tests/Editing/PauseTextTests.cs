using FnMesh.Policy.Editing;

namespace FnMesh.Policy.Tests.Editing;

public class PauseTextTests
{
    private const string Block = """
        kind: Subscription   # what the shop hears
        apiVersion: fnmesh.dev/v1alpha1
        metadata: { name: orders, namespace: shop }
        spec:
          types: [ shop.order ]
          paused: false   # not now
          sink: { uri: "http://127.0.0.1:9/" }   # é ü 😀
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: orders }
        spec:
          types: [ shop.order ]
          sink: { uri: "http://127.0.0.1:9/" }   # the last
        # the end
        """;

    private const string Flow = "apiVersion: fnmesh.dev/v1alpha1\nkind: Subscription\nmetadata: { name: orders }\nspec: { types: [ shop.order ], sink: { uri: \"http://127.0.0.1:9/\" } }\n";

    [Fact]
    public void What_is_written_changes_where_it_stands_and_nothing_else_does() =>
        Assert.Equal(Block.Replace("paused: false ", "paused: true ", StringComparison.Ordinal), Rewrite(Block, "orders.shop", true));

    [Fact]
    public void What_is_not_written_is_added_behind_the_last_field_of_the_spec() =>
        Assert.Equal(Block.Replace("# the last", "# the last\n  paused: true", StringComparison.Ordinal), Rewrite(Block, "orders", true));

    [Fact]
    public void In_brackets_it_is_added_in_brackets() =>
        Assert.Equal(Flow.Replace("9/\" } }", "9/\" }, paused: true }", StringComparison.Ordinal), Rewrite(Flow, "orders", true));

    [Fact]
    public void What_holds_already_is_the_same_text()
    {
        Assert.Equal(Block, Rewrite(Block, "orders.shop", false));
        Assert.Equal(Block, Rewrite(Block, "orders", false));
    }

    [Theory]
    [InlineData("none", "holds no Subscription")]
    [InlineData("orders", "neither true nor false")]
    public void What_cannot_be_changed_says_why(string name, string said)
    {
        var text = Flow.Replace("spec: { ", "spec: { paused: soon, ", StringComparison.Ordinal);
        Assert.Null(PauseText.Rewrite(new PolicySource("a.yaml", text), name, true, out var fault));
        Assert.Contains(said, fault, StringComparison.Ordinal);
    }

    private static string Rewrite(string text, string name, bool paused)
    {
        var changed = PauseText.Rewrite(new PolicySource("a.yaml", text), name, paused, out var fault);
        Assert.Null(fault);
        return changed!;
    }
}

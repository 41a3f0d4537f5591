using System.Text.Json.Nodes;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Tests.Output;

public sealed class OutputTests
{
    [Fact]
    public void Any_json_is_block_yaml() => Assert.Equal(
        """
        name: shop
        empty: {}
        items:
        - id: 1
          tags:
          - a
          - "no"
        - "2"
        - null
        text: "two\nlines"
        """,
        YamlText.Write(JsonNode.Parse("""{"name":"shop","empty":{},"items":[{"id":1,"tags":["a","no"]},"2",null],"text":"two\nlines"}""")));

    [Fact]
    public void No_cell_can_drive_the_terminal() =>
        Assert.Equal("a\\u001b[2J  b\\u000ac", TextTable.Render([["a\e[2J", "b\nc"]]));
}

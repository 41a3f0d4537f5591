using System.Text.Json.Nodes;
using FnMesh.Cli.Commands;

namespace FnMesh.Cli.Tests.Commands;

public sealed class FoundFunctionTests
{
    private static readonly JsonNode List = JsonNode.Parse("""
        { "items": [
          { "app": "hello", "name": "greet", "trigger": "http", "methods": ["GET"], "route": "hello/{name}", "eventTypes": [] },
          { "app": "hello", "name": "count_all", "trigger": "event", "methods": [], "path": "/x", "eventTypes": ["a"] },
          { "app": "other", "name": "greet", "trigger": "timer", "methods": [], "path": "/y", "eventTypes": [] }
        ] }
        """)!;

    [Theory]
    [InlineData("count_all", "hello/count_all")]
    [InlineData("COUNT_ALL", "hello/count_all")]
    [InlineData("hello-count-all", "hello/count_all")]
    [InlineData("other/greet", "other/greet")]
    [InlineData("hello-greet", "hello/greet")]
    public void By_its_name_with_its_app_or_as_its_route_and_subscription_are_called(string written, string found) =>
        Assert.Equal(found, FoundFunction.Find(written, List).Function!.ToString());

    [Theory]
    [InlineData("greet", "'greet' may be hello/greet or other/greet; name one of them")]
    [InlineData("gret", "there is no function 'gret'; did you mean 'greet'?")]
    [InlineData("something-else", "there is no function 'something-else'; there are hello/greet, hello/count_all, other/greet")]
    public void What_is_ambiguous_or_unknown_names_what_there_is(string written, string fault) => Assert.Equal(fault, FoundFunction.Find(written, List).Fault);
}

using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class LiveStateTests
{
    [Fact]
    public void What_the_next_table_still_names_is_taken_over()
    {
        var first = new LiveState(null);
        var state = first.Keep(new Key("a"), () => new object());

        Assert.Same(state, new LiveState(first).Keep(new Key("a"), () => new object()));
    }

    [Fact]
    public void What_a_table_does_not_name_is_left_behind()
    {
        var first = new LiveState(null);
        var state = first.Keep(new Key("a"), () => new object());
        var second = new LiveState(first);
        second.Keep(new Key("b"), () => new object());

        Assert.NotSame(state, new LiveState(second).Keep(new Key("a"), () => new object()));
    }

    [Fact]
    public void Within_a_table_one_key_is_one_state()
    {
        var live = new LiveState(null);

        Assert.Same(live.Keep(new Key("a"), () => new object()), live.Keep(new Key("a"), () => new object()));
    }

    private sealed record Key(string Name);
}

using FnMesh.Gateway.Limits;

namespace FnMesh.Gateway.Tests.Limits;

public sealed class LoadGateTests
{
    private readonly LoadGate _gate = new();

    [Fact]
    public void Callers_from_outside_get_three_quarters_and_members_all()
    {
        var outside = Enumerable.Range(0, 8).Count(_ => _gate.Enter(8, isMember: false).IsHeld);
        var members = Enumerable.Range(0, 8).Count(_ => _gate.Enter(8, isMember: true).IsHeld);

        Assert.Equal((6, 2), (outside, members));
        Assert.Equal(8, _gate.Count);
    }

    [Fact]
    public void A_place_that_is_given_back_is_free()
    {
        var place = _gate.Enter(4, isMember: false);
        _gate.Enter(4, isMember: false);
        _gate.Enter(4, isMember: false);
        Assert.False(_gate.Enter(4, isMember: false).IsHeld);

        place.Dispose();

        Assert.True(_gate.Enter(4, isMember: false).IsHeld);
        Assert.Equal(3, _gate.Count);
    }

    [Fact]
    public void Who_got_no_place_gives_none_back()
    {
        for (var call = 0; call < 10; call++)
        {
            using var none = _gate.Enter(0, isMember: true);
            Assert.False(none.IsHeld);
        }

        Assert.Equal(0, _gate.Count);
    }
}

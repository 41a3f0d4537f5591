using System.Diagnostics;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Tests.Tracing;

public class TraceStateTests
{
    private const string MeshSpan = "00f067aa0ba902b7";
    private static readonly string Value256 = new('v', 256);

    [Theory]
    [InlineData("foo=1,bar=2")]
    [InlineData("foo@tenant=1")]
    [InlineData("0foo=1")]
    [InlineData("a_-*/b=!\"#$%&'()*+-./:;<>?@[]^_`{|}~")]
    [InlineData("foo= leading space")]
    public void A_valid_state_is_passed_on_as_received(string state) => Assert.Same(state, TraceState.Parse(state).Others);

    [Theory]
    [InlineData("foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3")]
    [InlineData(",foo=1,,", "foo=1")]
    [InlineData(" foo=1\t", "foo=1")]
    [InlineData("", null)]
    [InlineData(" , ", null)]
    public void Optional_spaces_and_empty_members_are_allowed(string state, string? kept) => Assert.Equal(kept, TraceState.Parse(state).Others);

    [Theory]
    [InlineData("foo")]
    [InlineData("foo=")]
    [InlineData("=1")]
    [InlineData("foo =1")]
    [InlineData("FOO=1")]
    [InlineData("foo.bar=1")]
    [InlineData("foo@=1,bar=2")]
    [InlineData("@foo=1,bar=2")]
    [InlineData("foo@@bar=1,bar=2")]
    [InlineData("foo@bar@baz=1,bar=2")]
    [InlineData("foo=1,foo=1")]
    [InlineData("foo=1,foo=2")]
    [InlineData("foo=bar=baz")]
    [InlineData("foo=é")]
    [InlineData("foo=a\nb")]
    [InlineData("fnmesh=00f067aa0ba902b7,fnmesh=00f067aa0ba902b7")]
    public void A_malformed_state_is_dropped_whole(string state) => Assert.Equal(default, TraceState.Parse(state));

    [Fact]
    public void Keys_and_values_have_their_largest_lengths()
    {
        Assert.NotNull(TraceState.Parse($"{new string('z', 256)}=1").Others);
        Assert.Null(TraceState.Parse($"{new string('z', 257)}=1").Others);
        Assert.NotNull(TraceState.Parse($"{new string('t', 241)}@{new string('v', 14)}=1").Others);
        Assert.Null(TraceState.Parse($"{new string('t', 242)}@v=1").Others);
        Assert.Null(TraceState.Parse($"t@{new string('v', 15)}=1").Others);
        Assert.NotNull(TraceState.Parse($"foo={Value256}").Others);
        Assert.Null(TraceState.Parse($"foo={Value256}v").Others);
    }

    [Fact]
    public void Thirty_two_members_are_kept_and_one_more_drops_them()
    {
        Assert.Equal(Members(32), TraceState.Parse(Members(32)).Others);
        Assert.Null(TraceState.Parse(Members(33)).Others);
        Assert.Null(TraceState.Parse($"fnmesh={MeshSpan},{Members(32)}").Others);
        Assert.Equal(Members(31), TraceState.Parse($"fnmesh={MeshSpan},{Members(31)}").Others);
    }

    [Fact]
    public void Beyond_512_characters_large_members_go_first_then_the_last()
    {
        Assert.Equal("a=1,b=2", TraceState.Parse($"a=1,x={Value256},y={Value256},b=2").Others?.Replace($"x={Value256},", "", StringComparison.Ordinal));
        var small = string.Join(',', Enumerable.Range(0, 6).Select(number => $"k{number}={new string('v', 97)}"));
        Assert.Equal(small[..504], TraceState.Parse(small).Others);
    }

    [Theory]
    [InlineData($"fnmesh={MeshSpan}", null, MeshSpan)]
    [InlineData($"fnmesh={MeshSpan},foo=1", "foo=1", MeshSpan)]
    [InlineData($"foo=1, fnmesh={MeshSpan} ,bar=2", "foo=1,bar=2", MeshSpan)]
    [InlineData("foo=1,fnmesh=nonsense", "foo=1", "0000000000000000")]
    [InlineData("fnmesh=00F067AA0BA902B7", null, "0000000000000000")]
    [InlineData("fnmeshes=1", "fnmeshes=1", "0000000000000000")]
    public void The_mesh_reads_and_strips_its_own_member(string state, string? others, string parent)
    {
        var read = TraceState.Parse(state);

        Assert.Equal(others, read.Others);
        Assert.Equal(parent, read.MeshParent.ToHexString());
    }

    [Theory]
    [InlineData(null, $"fnmesh={MeshSpan}")]
    [InlineData("foo=1,bar=2", $"fnmesh={MeshSpan},foo=1,bar=2")]
    public void The_mesh_writes_its_member_first(string? state, string sent) => Assert.Equal(sent, TraceState.Format(Context(state)));

    [Fact]
    public void Without_a_mesh_parent_the_state_goes_on_unchanged()
    {
        Assert.Equal("foo=1", TraceState.Format(Context("foo=1") with { MeshParent = default }));
        Assert.Null(TraceState.Format(Context(null) with { MeshParent = default }));
    }

    [Fact]
    public void The_last_members_make_room_at_the_bounds()
    {
        Assert.Equal($"fnmesh={MeshSpan},{Members(31)}", TraceState.Format(Context(Members(32))));
        var full = $"a=1,b={Value256},c={new string('v', 240)}";
        Assert.Equal($"fnmesh={MeshSpan},a=1,b={Value256}", TraceState.Format(Context(full)));
    }

    private static string Members(int count) => string.Join(',', Enumerable.Range(1, count).Select(number => $"bar{number:00}={number:00}"));

    private static TraceContext Context(string? state) => new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, state, ActivitySpanId.CreateFromString(MeshSpan));
}

using System.Text;
using FnMesh.Control.Identity;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Identity;

public sealed class JoinTokensTests : IDisposable
{
    private static readonly SpiffeId Orders = SpiffeId.App("shop.local", "default", "orders");

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly EmbeddedAuthority _authority;

    public JoinTokensTests() => _authority = EmbeddedAuthority.Open(PrivateFolder.Open(_folder.Path), "shop.local", _time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_gives_its_identity_until_it_ends_also_after_a_restart()
    {
        var token = Issue(Open());

        Assert.True(Open().TryRedeem(token.Reveal(), out var id, out _));
        Assert.Equal(Orders, id);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(Open().TryRedeem(token.Reveal(), out _, out var fault));
        Assert.Equal("it ended at 2026-06-01 01:00:00Z", fault);
    }

    [Fact]
    public void A_token_that_was_revoked_forged_or_never_given_out_gives_nobody()
    {
        var tokens = Open();
        var revoked = Issue(tokens);
        tokens.Revoke(revoked.Id);
        var forged = Issue(tokens) with { Secret = new byte[32] };

        Assert.All([revoked.Reveal(), forged.Reveal(), JoinToken.Create(_authority.Bundle.Authorities[0]).Reveal(), "nonsense"], text => Assert.False(tokens.TryRedeem(text, out _, out _)));
        Assert.False(Open().TryRedeem(revoked.Reveal(), out _, out _));
    }

    [Fact]
    public void Control_keeps_no_secret()
    {
        var token = Issue(Open());

        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.DoesNotContain(token.Reveal().Split('.')[2], File.ReadAllText(file, Encoding.UTF8), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[{}]")]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("")]
    public void A_damaged_file_of_tokens_is_said_and_not_passed_over(string damaged)
    {
        var file = _folder.Write("tokens.json", damaged);

        var refused = Assert.Throws<InvalidDataException>(Open).Message;

        Assert.StartsWith($"{file} cannot be read: ", refused, StringComparison.Ordinal);
        Assert.EndsWith("; remove it, and give nodes new join tokens", refused, StringComparison.Ordinal);
    }

    private JoinToken Issue(JoinTokens tokens) => tokens.Issue(Orders, _authority.Bundle.Authorities, TimeSpan.FromHours(1));

    private JoinTokens Open() => JoinTokens.Open(PrivateFolder.Open(_folder.Path), _time);
}

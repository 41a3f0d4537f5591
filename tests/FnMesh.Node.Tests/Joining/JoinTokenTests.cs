using FnMesh.Node.Joining;
using FnMesh.Node.Tests.Fixtures;

namespace FnMesh.Node.Tests.Joining;

public sealed class JoinTokenTests
{
    private static readonly Authority Mesh = new();

    [Fact]
    public void A_token_is_read_as_it_was_written()
    {
        var token = JoinToken.Create(Mesh.Certificate);

        Assert.True(JoinToken.TryParse($" {token.Reveal()}\n", out var read));
        Assert.Equal((token.Id, token.Reveal()), (read.Id, read.Reveal()));
        Assert.Equal(Mesh.Certificate.RawData, Assert.Single(read.LoadAuthorities()).RawData);
    }

    [Fact]
    public void A_token_names_old_and_new_authority_while_they_rotate_and_keeps_its_secret()
    {
        var (token, next) = (JoinToken.Create(Mesh.Certificate), new Authority());

        Assert.True(JoinToken.TryParse(token.For([Mesh.Certificate, next.Certificate]).Reveal(), out var read));
        Assert.Equal([Mesh.Certificate.Thumbprint, next.Certificate.Thumbprint], read.LoadAuthorities().Select(authority => authority.Thumbprint));
        Assert.Equal(token.SecretDigest(), read.SecretDigest());
    }

    [Fact]
    public void A_token_in_a_log_holds_no_secret()
    {
        var token = JoinToken.Create(Mesh.Certificate);

        Assert.DoesNotContain(token.Reveal().Split('.')[2], $"{token}", StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tokens_have_nothing_in_common() =>
        Assert.Empty(JoinToken.Create(Mesh.Certificate).Reveal().Split('.')[1..3].Intersect(JoinToken.Create(Mesh.Certificate).Reveal().Split('.')[1..3]));

    [Fact]
    public void What_is_no_token_is_refused()
    {
        var parts = JoinToken.Create(Mesh.Certificate).Reveal().Split('.');
        string[] wrong =
        [
            "", "fnmesh1", "fnmesh1...", string.Join('.', parts[..3]), string.Join('.', ["fnmesh2", .. parts[1..]]), string.Join('.', [.. parts, "more"]),
            $"{parts[0]}.{parts[1]}.{parts[2][1..]}.{parts[3]}", $"{parts[0]}.{parts[1]}!.{parts[2]}.{parts[3]}", $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}", new string('a', 100_000),
        ];

        Assert.All(wrong, text => Assert.False(JoinToken.TryParse(text, out _)));
    }
}

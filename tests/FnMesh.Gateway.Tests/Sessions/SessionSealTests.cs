using System.Security.Cryptography;
using FnMesh.Gateway.Sessions;

namespace FnMesh.Gateway.Tests.Sessions;

public sealed class SessionSealTests
{
    private static readonly SessionToken Session = new(42, DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), DateTimeOffset.FromUnixTimeSeconds(1_790_000_007));
    private static readonly byte[] Key = SHA256.HashData("a key"u8);

    private readonly SessionSeal _seal = new(Key);

    [Fact]
    public void What_was_written_is_read_also_by_another_gateway_with_the_key()
    {
        Assert.True(new SessionSeal(Key).TryRead(_seal.Write(Session), out var read));
        Assert.Equal(Session, read);
    }

    [Fact]
    public void Two_sessions_that_say_the_same_do_not_look_alike()
    {
        var (one, other) = (_seal.Write(Session), _seal.Write(Session));

        Assert.True(one.Zip(other).Count(pair => pair.First == pair.Second) < 20);
    }

    [Fact]
    public void No_token_with_a_changed_character_is_read()
    {
        var token = _seal.Write(Session);
        for (var place = 0; place < token.Length; place++)
        {
            foreach (var letter in "ABCXYZabcxyz0189-_=./")
            {
                if (token[place] == letter) continue;
                Assert.False(_seal.TryRead(token[..place] + letter + token[(place + 1)..], out _));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%")]
    public void What_is_no_token_is_not_read(string text) => Assert.False(_seal.TryRead(text, out _));

    [Fact]
    public void Another_key_reads_nothing_and_names_endpoints_otherwise()
    {
        var other = new SessionSeal(SHA256.HashData("another"u8));

        Assert.False(other.TryRead(_seal.Write(Session), out _));
        Assert.NotEqual(_seal.HashOf("shop", "shop-v1", new Uri("http://127.0.0.1:1")), other.HashOf("shop", "shop-v1", new Uri("http://127.0.0.1:1")));
    }

    [Theory]
    [InlineData("a=1; session=x; b=2", "x")]
    [InlineData("session=x", "x")]
    [InlineData("session=\"x\"", "x")]
    [InlineData("mysession=y; session=x", "x")]
    [InlineData("session=x;session=y", "x")]
    [InlineData("sessions=y", "")]
    [InlineData("Session=y", "")]
    [InlineData("session", "")]
    [InlineData(null, "")]
    public void A_cookie_is_found_by_its_name(string? header, string value) => Assert.Equal(value, Cookie.Find(header, "session").ToString());
}

using System.Security.Cryptography;
using FnMesh.Gateway.Sessions;

namespace FnMesh.Gateway.Tests.Sessions;

public sealed class SessionSealTests
{
    private static readonly DateTimeOffset Began = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    private static readonly byte[] Key = SHA256.HashData("a key"u8);

    private readonly SessionSeal _seal = new(Key, new Randomness(1));

    [Fact]
    public void What_was_written_is_read_also_by_another_gateway_with_the_key()
    {
        Assert.True(new SessionSeal(Key, new Randomness(9)).TryRead(_seal.Write(42, Began), out var endpoint, out var began));
        Assert.Equal((42UL, Began), (endpoint, began));
    }

    [Fact]
    public void Two_sessions_of_one_endpoint_and_second_do_not_look_alike()
    {
        var (one, other) = (_seal.Write(42, Began), _seal.Write(42, Began));

        Assert.True(one.Zip(other).Count(pair => pair.First == pair.Second) < 10);
    }

    [Fact]
    public void No_token_with_a_changed_character_is_read()
    {
        var token = _seal.Write(42, Began);
        for (var place = 0; place < token.Length; place++)
        {
            foreach (var letter in "ABCXYZabcxyz0189-_=./")
            {
                if (token[place] == letter) continue;
                Assert.False(_seal.TryRead(token[..place] + letter + token[(place + 1)..], out _, out _));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%")]
    public void What_is_no_token_is_not_read(string text) => Assert.False(_seal.TryRead(text, out _, out _));

    [Fact]
    public void Another_key_reads_nothing_and_names_endpoints_otherwise()
    {
        var other = new SessionSeal(SHA256.HashData("another"u8), new Randomness(1));

        Assert.False(other.TryRead(_seal.Write(42, Began), out _, out _));
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

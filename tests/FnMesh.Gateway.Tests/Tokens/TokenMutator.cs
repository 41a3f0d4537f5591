namespace FnMesh.Gateway.Tests.Tokens;

/// <summary>Makes tokens out of good ones that nobody signed.</summary>
internal static class TokenMutator
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \0%";

    private static readonly string[] Headers =
    [
        """{"alg":"none"}""", """{"alg":"HS256","kid":"r1"}""", """{"alg":"RS256"}""", """{"alg":"RS256","kid":"r1","jwk":{}}""", """{"alg":"ES256","kid":"r1"}""", """{"alg":"RS256","kid":"e1"}""", """{"ALG":"RS256","kid":"r1"}""",
    ];

    public static string Mutate(string[] good, Random random)
    {
        var parts = good[random.Next(good.Length)].Split('.');
        var other = good[random.Next(good.Length)].Split('.');
        var part = random.Next(3);
        switch (random.Next(8))
        {
            case 0: parts[part] = Change(parts[part], random); break;
            case 1: parts[part] = other[part]; break;
            case 2: parts[part] = parts[part][..random.Next(parts[part].Length)]; break;
            case 3: parts[part] += Letters[random.Next(Letters.Length)]; break;
            case 4: parts[0] = Issuer.Text(Headers[random.Next(Headers.Length)]); break;
            case 5: parts[1] = Issuer.Text(Issuer.GoodPayload.ToJsonString().Replace("ada", "eve", StringComparison.Ordinal)); break;
            case 6: parts[2] = Issuer.Text(new byte[random.Next(2) == 0 ? 64 : 256]); break;
            default: (parts[part], parts[(part + 1) % 3]) = (parts[(part + 1) % 3], parts[part]); break;
        }

        return string.Join('.', parts);
    }

    private static string Change(string text, Random random)
    {
        var at = random.Next(text.Length);
        return $"{text[..at]}{Letters[random.Next(Letters.Length)]}{text[(at + 1)..]}";
    }
}

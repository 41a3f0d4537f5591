using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FnMesh.Gateway.Tests.Tokens;

/// <summary>Signs tokens, good ones and others, and publishes its keys.</summary>
internal sealed class Issuer : IDisposable
{
    public const string Name = "https://login.example";
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Algorithms = ["ES256", "PS256", "RS512"];

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The members of the RSA key, without the list around it.</summary>
    public JsonObject RsaKey => Rsa(_rsa, "r1");

    public JsonObject CurveKey
    {
        get
        {
            var point = _curve.ExportParameters(false).Q;
            return new JsonObject { ["kty"] = "EC", ["kid"] = "e1", ["crv"] = "P-256", ["x"] = Text(point.X!), ["y"] = Text(point.Y!) };
        }
    }

    public byte[] Keys => Set(RsaKey, CurveKey);

    public static JsonObject GoodHeader => new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = "r1" };

    public static JsonObject GoodPayload => new()
    {
        ["iss"] = Name,
        ["sub"] = "ada",
        ["aud"] = "shop",
        ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["tier"] = "gold",
        ["scope"] = "orders:read orders:write",
        ["groups"] = new JsonArray("buyers", "admins"),
    };

    public static byte[] Set(params JsonObject[] keys) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) });

    public static JsonObject Rsa(RSA rsa, string id)
    {
        var parameters = rsa.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["n"] = Text(parameters.Modulus!), ["e"] = Text(parameters.Exponent!) };
    }

    public static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public static string Text(string json) => Text(Encoding.UTF8.GetBytes(json));

    /// <summary>A token that is good, but for what the changes do to it.</summary>
    public string Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null)
    {
        var (head, body) = (GoodHeader, GoodPayload);
        header?.Invoke(head);
        payload?.Invoke(body);
        return Sign(head.ToJsonString(), body.ToJsonString());
    }

    /// <summary>Signs whatever the texts are, by the algorithm that the header names.</summary>
    public string Sign(string header, string payload)
    {
        var signed = $"{Text(header)}.{Text(payload)}";
        return $"{signed}.{Text(Signature(header, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>A token by the public key as if it were a secret that both know.</summary>
    public string Confused()
    {
        var signed = $"{Text("""{"alg":"HS256","kid":"r1"}""")}.{Text(GoodPayload.ToJsonString())}";
        return $"{signed}.{Text(HMACSHA256.HashData(_rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(signed)))}";
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
    }

    private byte[] Signature(string header, byte[] signed)
    {
        var algorithm = Algorithms.FirstOrDefault(name => header.Contains($"\"alg\":\"{name}\"", StringComparison.Ordinal));
        return algorithm switch
        {
            "ES256" => _curve.SignData(signed, HashAlgorithmName.SHA256),
            "PS256" => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "RS512" => _rsa.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            _ => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
    }
}

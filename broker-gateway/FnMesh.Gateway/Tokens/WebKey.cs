using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace FnMesh.Gateway.Tokens;

/// <summary>A public key of a JSON Web Key Set (RFC 7517), for signatures alone.</summary>
internal sealed class WebKey
{
    private const int LeastBits = 2048;
    private const int MostBits = 8192;

    private readonly string? _algorithm;
    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;
    private readonly int _size;

    /// <summary>Instances are not made for several threads; as many are kept as were needed at once.</summary>
    private readonly ConcurrentBag<AsymmetricAlgorithm> _free = [];

    private WebKey(string? id, string? algorithm, RSAParameters? rsa, ECParameters? ec, int size) => (Id, _algorithm, _rsa, _ec, _size) = (id, algorithm, rsa, ec, size);

    /// <summary>The <c>kid</c>; null where it has none.</summary>
    public string? Id { get; }

    /// <summary>Null for a key that is of no use here: for something else, symmetric, too short, or of a kind that is not known.</summary>
    public static WebKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object) return null;
        // Who publishes a private key has none any more.
        if (key.TryGetProperty("d", out _) || key.TryGetProperty("k", out _)) return null;
        if (key.TryGetProperty("use", out _) && TokenJson.Text(key, "use") != "sig") return null;
        if (key.TryGetProperty("key_ops", out _) && TokenJson.Texts(key, "key_ops")?.Contains("verify") != true) return null;
        var algorithm = TokenJson.Text(key, "alg");
        if (key.TryGetProperty("alg", out _) && algorithm is null) return null;
        var id = TokenJson.Text(key, "kid");
        if (key.TryGetProperty("kid", out _) && id is null) return null;
        try
        {
            return TokenJson.Text(key, "kty") switch
            {
                "RSA" => ReadRsa(key, id, algorithm),
                "EC" => ReadCurve(key, id, algorithm),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            // Such as a point that is not on its curve.
            return null;
        }
    }

    /// <summary>Whether signatures of this algorithm are made with keys like this one.</summary>
    /// <param name="algorithm">One of <see cref="Policy.Snapshots.JwtProviderEntry.Algorithms"/>.</param>
    public bool Fits(string algorithm) => (_algorithm is null || _algorithm == algorithm) && (algorithm[..2] == "ES" ? _ec is not null && _size == CurveBytes(algorithm) : _rsa is not null);

    /// <summary>Whether the signature is of the text, by this key and this algorithm (RFC 7518, 3.3 to 3.5).</summary>
    public bool Verifies(string algorithm, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm) || signature.Length != (_ec is null ? _size : 2 * _size)) return false;
        var hash = algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        if (!_free.TryTake(out var machine)) machine = Create();
        try
        {
            return machine is ECDsa curve
                ? curve.VerifyData(text, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : ((RSA)machine).VerifyData(text, signature, hash, algorithm[..2] == "PS" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _free.Add(machine);
        }
    }

    private static WebKey? ReadRsa(JsonElement key, string? id, string? algorithm)
    {
        if (!StrictBase64Url.TryDecode(TokenJson.Text(key, "n"), out var modulus) || !StrictBase64Url.TryDecode(TokenJson.Text(key, "e"), out var exponent)) return null;
        // The least number of bytes (RFC 7518, 6.3.1), and an exponent that is odd and no 1.
        if (modulus.Length is < (LeastBits / 8) or > (MostBits / 8) || modulus[0] == 0 || exponent.Length is 0 or > 8 || exponent[0] == 0 || exponent[^1] % 2 == 0 || exponent is [1]) return null;
        if ((modulus.Length * 8) - System.Numerics.BitOperations.LeadingZeroCount(modulus[0]) + 24 < LeastBits) return null;
        var read = new WebKey(id, algorithm, new RSAParameters { Modulus = modulus, Exponent = exponent }, null, modulus.Length);
        read._free.Add(read.Create());
        return read;
    }

    private static WebKey? ReadCurve(JsonElement key, string? id, string? algorithm)
    {
        var (curve, bytes) = TokenJson.Text(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => (default, 0),
        };
        if (bytes == 0 || !StrictBase64Url.TryDecode(TokenJson.Text(key, "x"), out var x) || !StrictBase64Url.TryDecode(TokenJson.Text(key, "y"), out var y) || x.Length != bytes || y.Length != bytes) return null;
        var read = new WebKey(id, algorithm, null, new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } }, bytes);
        read._free.Add(read.Create());
        return read;
    }

    private static int CurveBytes(string algorithm) => algorithm switch { "ES256" => 32, "ES384" => 48, _ => 66 };

    private AsymmetricAlgorithm Create() => _ec is { } curve ? ECDsa.Create(curve) : RSA.Create(_rsa!.Value);
}

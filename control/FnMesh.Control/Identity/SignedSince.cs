using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Control.Identity;

/// <summary>What an authority signed from a moment on, by serial number. Safe for concurrent use.</summary>
public sealed class SignedSince
{
    private readonly ConcurrentDictionary<string, bool> _serials = new(StringComparer.Ordinal);

    /// <param name="serial">Hexadecimal, as nodes tell it.</param>
    public bool Has(string serial) => _serials.ContainsKey(serial);

    /// <param name="leaf">DER.</param>
    internal void Note(byte[] leaf)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(leaf);
        _serials[certificate.SerialNumber] = true;
    }
}

using System.Security.Cryptography;

namespace FnMesh.Gateway.Sessions;

/// <summary>The key of a gateway's sessions, kept beside its data so that they outlive it. Gateways that share sessions share the file.</summary>
internal static class SessionKeyFile
{
    public const string Name = "session.key";

    /// <summary>Makes it when it is not there, for its owner alone.</summary>
    /// <exception cref="GatewayStartException">It cannot be read or written, or is none.</exception>
    public static byte[] Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        try
        {
            if (!File.Exists(path)) Create(path);
            var key = File.ReadAllBytes(path);
            return key.Length == SessionSeal.KeyLength ? key : throw new GatewayStartException($"{path} is no session key of {SessionSeal.KeyLength} bytes; remove it, which ends all sessions, or bring it back");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"the session key {path} cannot be used: {fault.Message}", fault);
        }
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Whole or not at all: half a key would stop the next start.
        var half = $"{path}.new";
        File.Delete(half);
        using (var file = new FileStream(half, options)) file.Write(RandomNumberGenerator.GetBytes(SessionSeal.KeyLength));
        File.Move(half, path, overwrite: true);
    }
}

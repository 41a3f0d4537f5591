using FnMesh.Gateway.Sessions;

namespace FnMesh.Gateway.Tests.Sessions;

public sealed class SessionKeyFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fnmesh-test-");

    private string Path => System.IO.Path.Combine(_folder.FullName, SessionKeyFile.Name);

    [Fact]
    public void The_key_is_made_once_for_its_owner_alone_and_kept()
    {
        var key = SessionKeyFile.Read(_folder.FullName);

        Assert.Equal(SessionSeal.KeyLength, key.Length);
        Assert.Equal(key, SessionKeyFile.Read(_folder.FullName));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void What_is_no_key_ends_the_start_with_the_mend()
    {
        File.WriteAllBytes(Path, new byte[7]);

        Assert.Contains("remove it", Assert.Throws<GatewayStartException>(() => SessionKeyFile.Read(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Tests.Processes;

public sealed class ProgramPathTests
{
    [Fact]
    public void A_relative_path_starts_at_the_folder()
    {
        using var folder = new TempFolder();
        var program = folder.Write("bin/app", "");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(program, ProgramPath.Find("./bin/app", folder.Path, null, out _));
        Assert.Equal(program, ProgramPath.Find("../bin/app", folder["bin"], null, out _));
        Assert.Equal(program, ProgramPath.Find("app", "/", folder["bin"], out _));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named_with_the_mend()
    {
        using var folder = new TempFolder();
        folder.Write("plain", "");

        Assert.Null(ProgramPath.Find("nothing", folder.Path, "/nowhere", out var notOnPath));
        Assert.Null(ProgramPath.Find("./nothing", folder.Path, null, out var noFile));
        Assert.Null(ProgramPath.Find("./plain", folder.Path, null, out var noRunBit));

        Assert.StartsWith("cannot start 'nothing': not found on PATH; ", notOnPath);
        Assert.StartsWith("cannot start './nothing': there is no file '", noFile);
        Assert.EndsWith("set its run bit (chmod +x)", noRunBit);
    }
}

using FnMesh.Cli.Up;

namespace FnMesh.Cli.Tests.Up;

public sealed class BoundedLogTests
{
    [Fact]
    public void A_full_log_takes_the_place_of_the_one_before()
    {
        using var folder = new TempFolder();
        using (var log = new BoundedLog(folder["up.log"], 20))
        {
            for (var line = 1; line <= 7; line++) log.WriteLine($"line {line}");
        }

        Assert.Equal("line 5\nline 6\n", File.ReadAllText(folder["up.log.1"]).ReplaceLineEndings("\n"));
        Assert.Equal("line 7\n", File.ReadAllText(folder["up.log"]).ReplaceLineEndings("\n"));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Whoever_started_it_hears_everything_until_it_is_ready_and_the_log_goes_on()
    {
        using var folder = new TempFolder();
        using var starter = new StringWriter();
        using (var log = new BoundedLog(folder["up.log"], 1000))
        using (var writer = new DetachedWriter(starter, log))
        {
            writer.WriteLine("a table");
            writer.WriteLine("ready {}");
            writer.WriteLine("later");
        }

        Assert.Equal("a table\nready {}\n", starter.ToString().ReplaceLineEndings("\n"));
        Assert.Equal("a table\nready {}\nlater\n", File.ReadAllText(folder["up.log"]).ReplaceLineEndings("\n"));
    }
}

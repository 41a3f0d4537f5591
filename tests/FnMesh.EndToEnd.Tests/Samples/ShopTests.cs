using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Samples;

/// <summary>Everything that starts the shop is in this collection: one folder has one mesh at a time.</summary>
[Collection(nameof(ShopTests))]
public sealed class ShopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_shop_starts_and_its_verify_program_finds_its_promises_kept()
    {
        using var folder = new TempFolder();
        var shop = Path.Combine(FnMeshProgram.Root, "samples", "shop");
        string[] data = ["--data-dir", folder["data"]];
        await using (var cold = await UpProcess.ReadyAsync(Build, shop, data))
        {
            output.WriteLine($"first start, with its build: {TimeProvider.System.GetElapsedTime(cold.Started).TotalSeconds:0.0} s");
            Assert.Equal(0, await cold.StopAsync());
        }

        await using var up = await UpProcess.ReadyAsync(shop, data);
        output.WriteLine($"start with nothing changed: {TimeProvider.System.GetElapsedTime(up.Started).TotalSeconds:0.0} s");

        var verified = await FnMeshProgram.RunManagedAsync(FnMeshProgram.BuiltProgram("verify", "verify"), folder.Path, up.Gateway.ToString(), up.Control.ToString());

        output.WriteLine(verified.Output);
        Assert.True(verified.Code == 0, $"{verified}");
        Assert.Equal(0, await up.StopAsync());
        await MarkedProcesses.GoneAsync(up.Mark);
    }
}

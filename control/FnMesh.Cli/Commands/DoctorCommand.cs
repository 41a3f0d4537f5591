using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Doctor;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder of a mesh", DefaultValueFactory = _ => "." };
        var control = ControlOption.Create();
        var format = OutputOption.Create();
        var command = new Command("doctor", "Look for what usually is wrong on a machine, and say how to mend it; ends with 1 if something does not work.") { directory, control, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(directory)!, terminal.CurrentDirectory);
            if (!Directory.Exists(folder))
            {
                terminal.Complain($"there is no folder '{folder}'");
                return ExitCode.WrongUsage;
            }

            if (ControlAddress.Find(parsed.GetValue(control), terminal with { CurrentDirectory = folder }) is not { } address)
            {
                terminal.Complain(ControlAddress.NoUrl(parsed.GetValue(control), terminal));
                return ExitCode.WrongUsage;
            }

            var findings = await LookAsync(folder, address, terminal.Time, cancel);
            Print(findings, parsed.GetValue(format), terminal.Out);
            return findings.Any(finding => finding.State == FindingState.Fail) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(string folder, ControlAddress address, TimeProvider time, CancellationToken cancel)
    {
        var patient = Patient.Of(folder);
        return
        [
            await SdkCheck.LookAsync(folder, time, cancel),
            PolicyCheck.Look(patient, time),
            .. PortCheck.Look(patient),
            .. DataCheck.Look(patient),
            .. ClockCheck.Look(patient, time),
            .. WatchCheck.Look(),
            .. await MeshCheck.LookAsync(address, patient, cancel),
        ];
    }

    private static void Print(IReadOnlyList<Finding> findings, OutputFormat format, TextWriter output)
    {
        if (format == OutputFormat.Table)
        {
            output.WriteLine(TextTable.Render([.. findings.Select(finding => new[] { Word(finding.State), finding.Check, finding.Mend.Length == 0 ? finding.Message : $"{finding.Message} → {finding.Mend}" })]));
            return;
        }

        var report = new JsonObject
        {
            ["items"] = new JsonArray([.. findings.Select(finding => (JsonNode)new JsonObject { ["check"] = finding.Check, ["state"] = Word(finding.State), ["message"] = finding.Message, ["mend"] = finding.Mend.Length == 0 ? null : finding.Mend })]),
        };
        output.WriteLine(format == OutputFormat.Json ? JsonText.Write(report) : YamlText.Write(report));
    }

    private static string Word(FindingState state) => state.ToString().ToLowerInvariant();
}

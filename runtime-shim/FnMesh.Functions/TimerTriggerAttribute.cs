namespace FnMesh.Functions;

/// <summary>Runs the function by the clock.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>A cron expression in UTC of five fields, or of six with seconds first; or an interval as 00:05:00; %NAME% stands for a setting.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function runs once when the app starts, too.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Accepted as in Azure; the last run is not stored.</summary>
    public bool UseMonitor { get; set; } = true;
}

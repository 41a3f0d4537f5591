namespace FnMesh.Functions;

/// <summary>When a timer ran and runs next.</summary>
public sealed class TimerInfo
{
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether the run is late by more than a second.</summary>
    public bool IsPastDue { get; set; }
}

using FnMesh.Functions;
using Microsoft.Extensions.Logging;

namespace Company.Function;

public class TimerTrigger1(ILoggerFactory loggerFactory)
{
    private readonly ILogger _logger = loggerFactory.CreateLogger<TimerTrigger1>();

    [Function("TimerTrigger1")]
    public void Run([TimerTrigger("0 */5 * * * *")] TimerInfo myTimer)
    {
        if (myTimer.ScheduleStatus is not null)
        {
            _logger.LogInformation("Next timer schedule at: {nextSchedule}", myTimer.ScheduleStatus.Next);
        }
    }
}

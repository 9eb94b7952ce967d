"""The job loop: `job_controller` reconciles, `indexes` reckons which indexes are done and next, `pod_failure_policy` and
`success_policy` judge, `status` counts and words the end.

Stands for pkg/controller/job.
"""

"""The persistentvolumebinder loop: `pv_controller` reconciles claims and volumes, `binding` says which volume suits.

Stands for pkg/controller/volume/persistentvolume.
"""
